"""Who is who: people in prison, tablets, supporters, staff and what each may do."""
