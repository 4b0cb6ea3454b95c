"""Signing in with an OpenID provider. The only authlib; nothing but the provider's own host is asked."""
