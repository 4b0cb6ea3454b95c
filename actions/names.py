"""The names that domain.yml, the rules and the code share. A test holds them against each other."""

from enum import StrEnum

# Intents. A topic's intent is its id with this before it.
TOPIC_PREFIX = "ask_"
ASK_SAMARITANS = "ask_samaritans_phone"
DANGER = "danger"
AFFIRM = "affirm"
DENY = "deny"
REPEAT = "repeat"
SAY_IT_SIMPLER = "say_it_simpler"
CHANGE_LANGUAGE = "change_language"
HELP_MENU = "help_menu"
REQUEST_LISTENER = "request_listener"
REQUEST_PEER = "request_peer"
REQUEST_STAFF = "request_staff"
REQUEST_SOMEONE = "request_someone"
REQUEST_STATUS = "request_status"
CANCEL_REQUEST = "cancel_request"
NLU_FALLBACK = "nlu_fallback"
OUT_OF_SCOPE = "out_of_scope"
FEEDBACK_BAD = "feedback_bad"

# Entities: all but the last two come from buttons only.
PART = "part"
KIND = "kind"
ROLE = "role"
SURE = "sure"
REFERENCE = "reference"
DANGER_LEVEL = "danger_level"
DANGER_RISK = "danger_risk"

# Rasa's own action that ends a turn, and ours.
LISTEN = "action_listen"
ACTION_ANSWER = "action_answer"
ACTION_SAY = "action_say"
ACTION_SAY_SIMPLER = "action_say_simpler"
ACTION_REPEAT = "action_repeat"
ACTION_REQUEST = "action_request"
ACTION_YES = "action_yes"
ACTION_NO = "action_no"
ACTION_STATUS = "action_status"
ACTION_CANCEL = "action_cancel"
ACTION_NOT_UNDERSTOOD = "action_not_understood"
ACTION_DEFAULT_FALLBACK = "action_default_fallback"
ACTION_DANGER = "action_danger"


class Part(StrEnum):
    """Which part of an answer a button asks for."""

    MORE = "more"
    SIMPLER = "simpler"
    HOW_LONG = "how_long"
    WHERE = "where"
    WHO = "who"
    WHY_NOT = "why_not"
    HOW_MUCH = "how_much"


class Slot(StrEnum):
    TOPIC = "topic"
    SINCE_TOPIC = "since_topic"
    STEP = "step"
    REQUEST_KIND = "request_kind"
    REQUEST_ROLE = "request_role"
    REFERENCE = "request_reference"
    ASIDES = "asides"
    MISSES = "misses"


class Step(StrEnum):
    """What a plain "yes" would mean now."""

    CONFIRM_REQUEST = "confirm_request"
    CONFIRM_CANCEL = "confirm_cancel"


YES = "yes"
# What a button says in place of a part when none of the guesses above it was meant.
NONE_OF_THESE = "none"

# Payloads that the tablet follows itself; they never reach the dialogue.
PAGE_TOPICS = "page:topics"
PAGE_REQUESTS = "page:requests"
PAGE_ASK = "page:ask"
LANGUAGE_PREFIX = "language:"
