"""The shapes of the client API's answers, as the strictest decoders among the apps read them, and which route answers with
which. Every JSON answer that a story gets is held against this table, so each story also tests shapes.

A line is "name kind". Kinds: id (text of decimal digits), text, html, url (absolute, never empty), int, num, bool, time
(2026-11-22T12:00:00.000Z), date, count (text of digits), blurhash, object, a|b|c (one of these words), Entity. "[kind]" is a
list, "?" allows null, "~" before the name says that the key may be missing. Dots step into objects.
"""
import re

TABLE = """
Account
    id id, username text, acct text, url url, uri url, display_name text, note html, avatar url, avatar_static url, header url
    header_static url, locked bool, fields [Field], emojis [Emoji], bot bool, group bool, discoverable bool?, indexable bool
    ~noindex bool?, ~moved Account?, ~memorial bool, ~suspended bool, ~limited bool, created_at time, last_status_at date?
    statuses_count int, followers_count int, following_count int, hide_collections bool?, ~roles [AccountRole]?
    ~avatar_description text, ~header_description text
Field
    name text, value html, verified_at time?
FieldAsWritten
    name text, value text, verified_at time?
AccountRole
    id text, name text, color text
CredentialAccount : Account
    source object, source.attribution_domains [text], source.note text, source.fields [FieldAsWritten]
    source.privacy public|unlisted|private|direct, source.sensitive bool, source.language text?
    source.follow_requests_count int, source.hide_collections bool?, source.discoverable bool?, source.indexable bool
    source.quote_policy public|followers|nobody, role Role
Role
    id text, name text, color text, permissions text, highlighted bool
MutedAccount : Account
    mute_expires_at time?
Relationship
    id id, following bool, showing_reblogs bool, notifying bool, languages [text]?, followed_by bool, blocking bool
    blocked_by bool, muting bool, muting_notifications bool, ~muting_expires_at time?, requested bool, requested_by bool
    domain_blocking bool, endorsed bool, note text
Status
    id id, uri text, created_at time, account Account, content html, visibility public|unlisted|private|direct, sensitive bool
    spoiler_text text, media_attachments [Published], mentions [Mention], tags [StatusTag], emojis [Emoji], reblogs_count int
    favourites_count int, replies_count int, ~quotes_count int, url url?, in_reply_to_id id?, in_reply_to_account_id id?
    reblog Status?, poll Poll?, card Card?, language text?, edited_at time?, ~quote Quote?, ~quote_approval QuoteApproval
    ~text text?, ~application App?, ~favourited bool, ~reblogged bool, ~muted bool, ~bookmarked bool, ~pinned bool
    ~filtered [FilterResult]
Deleted : Status
    text text
App
    name text, website url?
Mention
    id id, username text, url url, acct text
StatusTag
    name text, url url
Emoji
    shortcode text, url url, static_url url, visible_in_picker bool, ~category text?
Quote
    state pending|accepted|rejected|revoked|deleted|unauthorized|blocked_account|blocked_domain|muted_account
    ~quoted_status Status?, ~quoted_status_id id?
QuoteApproval
    automatic [public|followers|following|unsupported_policy], manual [public|followers|following|unsupported_policy]
    current_user automatic|manual|denied|unknown
Source
    id id, text text, spoiler_text text
ScheduledStatus
    id id, scheduled_at time, params object, params.text text, params.poll object?, params.media_ids [id]?
    params.sensitive bool?, params.spoiler_text text?, params.visibility text?, params.in_reply_to_id id?
    params.language text?, params.application_id int, params.scheduled_at text?, params.idempotency text?
    params.with_rate_limit bool, media_attachments [Media]
Edit
    content html, spoiler_text text, sensitive bool, created_at time, account Account, media_attachments [Published]
    emojis [Emoji], ~poll object
Context
    ancestors [Status], descendants [Status]
Media
    id id, type unknown|image|gifv|video|audio, url url?, preview_url url?, remote_url url?, meta object?, description text?
    blurhash blurhash?
Published : Media
    url url
Poll
    id id, expires_at time?, expired bool, multiple bool, votes_count int, voters_count int?, options [Option], emojis [Emoji]
    ~voted bool, ~own_votes [int]
Option
    title text, votes_count int?
Card
    url url, title text, description text, type link|photo|video|rich, author_name text, provider_name text, html text
    width int, height int, image url?, blurhash blurhash?
Tag
    name text, url url, history [Day], ~id id, ~following bool, ~featuring bool
Day
    day count, uses count, accounts count
FeaturedTag
    id id, name text, url url, statuses_count count, last_status_at date?
Search
    accounts [Account], statuses [Status], hashtags [Tag]
Conversation
    id id, unread bool, accounts [Account], last_status Status?
List
    id id, title text, replies_policy followed|list|none, exclusive bool
Marker
    last_read_id id, version int, updated_at time
Markers
    ~home Marker, ~notifications Marker
Preferences
    posting:default:visibility public|unlisted|private|direct, posting:default:sensitive bool, posting:default:language text?
    reading:expand:media default|show_all|hide_all, reading:expand:spoilers bool
Filter
    id id, title text, context [home|notifications|public|thread|account], expires_at time?, filter_action warn|hide|blur
    ~keywords [FilterKeyword], ~statuses [FilterStatus]
FilterKeyword
    id id, keyword text, whole_word bool
FilterStatus
    id id, status_id id
FilterResult
    filter Filter, keyword_matches [text]?, status_matches [text]?
OldFilter
    id id, phrase text, context [home|notifications|public|thread|account], expires_at time?, irreversible bool, whole_word bool
Notification
    id id, type mention|status|reblog|follow|follow_request|favourite|poll|update|admin.sign_up|admin.report|quote|severed_relationships|moderation_warning
    ~group_key text, created_at time, account Account, ~status Status?, ~filtered bool, ~event Severance
    ~moderation_warning AccountWarning, ~report Report
Severance
    id id, type domain_block|user_domain_block|account_suspension, purged bool, target_name text, followers_count int
    following_count int, created_at time
AccountWarning
    id id, action none|disable|mark_statuses_as_sensitive|delete_statuses|sensitive|silence|suspend, text text
    status_ids [id]?, target_account Account, appeal Appeal?, created_at time
Appeal
    text text, state approved|rejected|pending
FamiliarFollowers
    id id, accounts [Account]
Announcement
    id id, content html, starts_at time?, ends_at time?, all_day bool, published_at time, updated_at time
Application
    ~id id, name text, website url?, ~scopes [text], ~redirect_uris [text], ~redirect_uri text, vapid_key text
CredentialApplication : Application
    id id, client_id text, client_secret text, client_secret_expires_at int, scopes [text], redirect_uris [text]
    redirect_uri text
Token
    access_token text, token_type text, scope text, created_at int
Metadata
    issuer url, authorization_endpoint url, token_endpoint url, revocation_endpoint url, app_registration_endpoint url
    scopes_supported [text], response_types_supported [text], response_modes_supported [text], grant_types_supported [text]
    token_endpoint_auth_methods_supported [text], code_challenge_methods_supported [text]
NodeInfo
    version text, software object, software.name text, software.version text, protocols [text], services object
    services.inbound [text], services.outbound [text], openRegistrations bool, usage object, usage.users object
    usage.localPosts int, metadata object
Instance
    domain text, title text, version text, source_url url, description text, usage object, usage.users object
    usage.users.active_month int, thumbnail object, thumbnail.url url, icon [object], languages [text], configuration object
    configuration.urls object, configuration.urls.streaming url, configuration.vapid.public_key text
    configuration.accounts.max_featured_tags int, configuration.accounts.max_pinned_statuses int
    configuration.statuses.max_characters int, configuration.statuses.max_media_attachments int
    configuration.statuses.characters_reserved_per_url int, configuration.media_attachments.supported_mime_types [text]
    configuration.media_attachments.description_limit int, configuration.media_attachments.image_size_limit int
    configuration.media_attachments.image_matrix_limit int, configuration.media_attachments.video_size_limit int
    configuration.media_attachments.video_frame_rate_limit int, configuration.media_attachments.video_matrix_limit int
    configuration.polls.max_options int, configuration.polls.max_characters_per_option int
    configuration.polls.min_expiration int, configuration.polls.max_expiration int, configuration.translation.enabled bool
    registrations object, registrations.enabled bool, registrations.approval_required bool, registrations.message html?
    contact object, contact.email text, contact.account Account?, rules [Rule], ~api_versions object
Rule
    id text, text text, ~hint text
OldInstance
    uri text, title text, short_description text, description text, email text, version text, urls object
    urls.streaming_api url, stats object, stats.user_count int, stats.status_count int, stats.domain_count int
    thumbnail url?, languages [text], registrations bool, approval_required bool, invites_enabled bool, configuration object
    configuration.statuses.max_characters int, configuration.statuses.max_media_attachments int
    configuration.statuses.characters_reserved_per_url int, configuration.media_attachments.supported_mime_types [text]
    configuration.media_attachments.image_size_limit int, configuration.media_attachments.image_matrix_limit int
    configuration.media_attachments.video_size_limit int, configuration.polls.max_options int
    configuration.polls.max_characters_per_option int, configuration.polls.min_expiration int
    configuration.polls.max_expiration int, contact_account Account?, rules [Rule]
Policy
    for_not_following accept|filter|drop, for_not_followers accept|filter|drop, for_new_accounts accept|filter|drop
    for_private_mentions accept|filter|drop, for_limited_accounts accept|filter|drop, summary object
    summary.pending_requests_count int, summary.pending_notifications_count int
Report
    id id, action_taken bool, action_taken_at time?, category spam|legal|violation|other, comment text, forwarded bool
    created_at time, status_ids [id]?, rule_ids [text]?, target_account Account
DomainBlock
    domain text, digest text, severity silence|suspend, ~comment text
AdminAccount
    id id, username text, domain text?, created_at time, email text, ip text?, ips [AdminAddress], locale text
    invite_request text?, role Role, confirmed bool, approved bool, disabled bool, sensitized bool, silenced bool
    suspended bool, account Account
AdminAddress
    ip text, used_at time
AdminReport
    id id, action_taken bool, action_taken_at time?, category spam|legal|violation|other, comment text, forwarded bool
    created_at time, updated_at time, account AdminAccount, target_account AdminAccount, assigned_account AdminAccount?
    action_taken_by_account AdminAccount?, statuses [Status], rules [Rule]
AdminDomainBlock
    id id, domain text, digest text, created_at time, severity silence|suspend|noop, reject_media bool, reject_reports bool
    private_comment text?, public_comment text?, obfuscate bool
AdminDomainAllow
    id id, domain text, created_at time
AdminEmailDomainBlock
    id id, domain text, created_at time, history [object]
AdminIpBlock
    id id, ip text, severity sign_up_requires_approval|sign_up_block|no_access, comment text, created_at time, expires_at time?
AdminEmailBlock
    id id, canonical_email_hash text
Empty
Error
    error text, ~error_description text, ~details object
"""

# The first line that fits counts. ":id" is any one part; the answer to a failure is always Error.
ROUTES = """
GET /api/v1/accounts/verify_credentials CredentialAccount
PATCH /api/v1/accounts/update_credentials CredentialAccount
PUT /api/v1/accounts/update_credentials CredentialAccount
DELETE /api/v1/profile/:id CredentialAccount
GET /api/v1/accounts/relationships [Relationship]
GET /api/v1/accounts/familiar_followers [FamiliarFollowers]
GET /api/v1/accounts/search [Account]
GET /api/v1/accounts/lookup Account
GET /api/v1/accounts [Account]
POST /api/v1/accounts Token
GET /api/v1/accounts/:id Account
GET /api/v1/accounts/:id/statuses [Status]
GET /api/v1/accounts/:id/followers [Account]
GET /api/v1/accounts/:id/following [Account]
GET /api/v1/accounts/:id/lists [List]
GET /api/v1/accounts/:id/featured_tags [FeaturedTag]
GET /api/v1/accounts/:id/endorsements [Account]
POST /api/v1/accounts/:id/:verb Relationship
GET /api/v1/follow_requests [Account]
POST /api/v1/follow_requests/:id/:verb Relationship
GET /api/v1/blocks [Account]
GET /api/v1/mutes [MutedAccount]
GET /api/v1/domain_blocks [text]
GET /api/v1/favourites [Status]
GET /api/v1/bookmarks [Status]
GET /api/v1/timelines/home [Status]
GET /api/v1/timelines/public [Status]
GET /api/v1/timelines/direct [Status]
GET /api/v1/timelines/tag/:id [Status]
GET /api/v1/timelines/list/:id [Status]
GET /api/v1/statuses [Status]
POST /api/v1/statuses Status
GET /api/v1/statuses/:id Status
GET /api/v1/scheduled_statuses [ScheduledStatus]
GET /api/v1/scheduled_statuses/:id ScheduledStatus
PUT /api/v1/scheduled_statuses/:id ScheduledStatus
PUT /api/v1/statuses/:id Status
DELETE /api/v1/statuses/:id Deleted
GET /api/v1/statuses/:id/context Context
GET /api/v1/statuses/:id/source Source
GET /api/v1/statuses/:id/history [Edit]
GET /api/v1/statuses/:id/favourited_by [Account]
GET /api/v1/statuses/:id/reblogged_by [Account]
POST /api/v1/statuses/:id/:verb Status
GET /api/v1/media/:id Media
PUT /api/v1/media/:id Media
DELETE /api/v1/media/:id Empty
POST /api/v1/media Media
POST /api/v2/media Media
GET /api/v1/polls/:id Poll
POST /api/v1/polls/:id/votes Poll
GET /api/v1/notifications [Notification]
GET /api/v1/notifications/policy object
POST /api/v1/notifications/clear Empty
GET /api/v1/notifications/unread_count object
GET /api/v1/notifications/requests [object]
GET /api/v1/notifications/:id Notification
POST /api/v1/notifications/:id/dismiss Empty
GET /api/v2/notifications/policy Policy
GET /api/v1/lists [List]
POST /api/v1/lists List
GET /api/v1/lists/:id List
PUT /api/v1/lists/:id List
DELETE /api/v1/lists/:id Empty
GET /api/v1/lists/:id/accounts [Account]
POST /api/v1/lists/:id/accounts Empty
DELETE /api/v1/lists/:id/accounts Empty
GET /api/v2/search Search
GET /api/v1/tags/:id Tag
POST /api/v1/tags/:id/:verb Tag
GET /api/v1/followed_tags [Tag]
GET /api/v1/featured_tags [FeaturedTag]
POST /api/v1/featured_tags FeaturedTag
GET /api/v1/preferences Preferences
GET /api/v1/markers Markers
POST /api/v1/markers Markers
GET /api/v1/conversations [Conversation]
GET /api/v2/filters [Filter]
POST /api/v2/filters Filter
GET /api/v2/filters/:id Filter
GET /api/v1/filters [OldFilter]
GET /api/v1/announcements [Announcement]
GET /api/v1/custom_emojis [Emoji]
GET /api/v1/instance OldInstance
GET /api/v2/instance Instance
GET /api/v1/instance/rules [Rule]
GET /api/v1/trends [Tag]
GET /api/v1/trends/tags [Tag]
GET /api/v1/trends/statuses [Status]
POST /api/v1/apps CredentialApplication
GET /api/v1/apps/verify_credentials Application
POST /api/v1/reports Report
GET /api/v1/instance/domain_blocks [DomainBlock]
GET /api/v1/admin/accounts [AdminAccount]
GET /api/v2/admin/accounts [AdminAccount]
GET /api/v1/admin/accounts/:id AdminAccount
DELETE /api/v1/admin/accounts/:id AdminAccount
POST /api/v1/admin/accounts/:id/action Empty
POST /api/v1/admin/accounts/:id/:verb AdminAccount
GET /api/v1/admin/reports [AdminReport]
GET /api/v1/admin/reports/:id AdminReport
PUT /api/v1/admin/reports/:id AdminReport
POST /api/v1/admin/reports/:id/:verb AdminReport
GET /api/v1/admin/domain_blocks [AdminDomainBlock]
POST /api/v1/admin/domain_blocks AdminDomainBlock
GET /api/v1/admin/domain_blocks/:id AdminDomainBlock
PUT /api/v1/admin/domain_blocks/:id AdminDomainBlock
DELETE /api/v1/admin/domain_blocks/:id AdminDomainBlock
GET /api/v1/admin/domain_allows [AdminDomainAllow]
POST /api/v1/admin/domain_allows AdminDomainAllow
GET /api/v1/admin/domain_allows/:id AdminDomainAllow
DELETE /api/v1/admin/domain_allows/:id AdminDomainAllow
GET /api/v1/admin/email_domain_blocks [AdminEmailDomainBlock]
POST /api/v1/admin/email_domain_blocks AdminEmailDomainBlock
GET /api/v1/admin/email_domain_blocks/:id AdminEmailDomainBlock
DELETE /api/v1/admin/email_domain_blocks/:id AdminEmailDomainBlock
GET /api/v1/admin/ip_blocks [AdminIpBlock]
POST /api/v1/admin/ip_blocks AdminIpBlock
GET /api/v1/admin/ip_blocks/:id AdminIpBlock
PUT /api/v1/admin/ip_blocks/:id AdminIpBlock
DELETE /api/v1/admin/ip_blocks/:id AdminIpBlock
GET /api/v1/admin/canonical_email_blocks [AdminEmailBlock]
POST /api/v1/admin/canonical_email_blocks/test [AdminEmailBlock]
POST /api/v1/admin/canonical_email_blocks AdminEmailBlock
GET /api/v1/admin/canonical_email_blocks/:id AdminEmailBlock
DELETE /api/v1/admin/canonical_email_blocks/:id AdminEmailBlock
POST /oauth/token Token
GET /.well-known/oauth-authorization-server Metadata
GET /nodeinfo/2.0 NodeInfo
"""

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
SIMPLE = {
    "id": lambda v: isinstance(v, str) and re.fullmatch(r"[1-9]\d{0,18}", v),
    "text": lambda v: isinstance(v, str),
    "html": lambda v: isinstance(v, str) and not re.search(r"<(script|style|[^>]*(\son\w+=|javascript:))", v, re.I),
    "url": lambda v: isinstance(v, str) and re.fullmatch(r"(?:https?|wss?)://[^\s<>\"]+", v),
    "int": lambda v: isinstance(v, int) and not isinstance(v, bool) and -2**31 <= v < 2**31,
    "num": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
    "bool": lambda v: isinstance(v, bool),
    "time": lambda v: isinstance(v, str) and TIME.fullmatch(v),
    "date": lambda v: isinstance(v, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", v),
    "count": lambda v: isinstance(v, str) and re.fullmatch(r"\d+", v),
    "blurhash": lambda v: isinstance(v, str) and re.fullmatch(r"[0-9A-Za-z#$%*+,.:;=?@\[\]^_{|}~-]{6,}", v),
    "object": lambda v: isinstance(v, dict),
}


def read_table():
    entities, name = {}, None
    for line in TABLE.strip("\n").splitlines():
        if not line.startswith(" "):
            name, _, base = line.partition(" : ")
            entities[name] = dict(entities.get(base, {}))
            continue
        for field in line.strip().split(", "):
            key, kind = field.split(" ")
            entities[name][key.lstrip("~")] = (kind, not key.startswith("~"))
    return entities


ENTITIES = read_table()
ANSWERS = [(method, re.compile(re.sub(r":\w+", "[^/]+", path)), kind)
           for method, path, kind in (line.split(" ") for line in ROUTES.strip().splitlines())]


def faults(value, kind, at):
    """Sentences that say where the value is not of the kind."""
    if kind.endswith("?"):
        if value is None:
            return
        kind = kind[:-1]
    if kind.startswith("["):
        if not isinstance(value, list):
            yield f"{at}: not a list but {value!r:.60}"
            return
        for i, item in enumerate(value):
            yield from faults(item, kind[1:-1], f"{at}[{i}]")
    elif "|" in kind:
        if value not in kind.split("|"):
            yield f"{at}: {value!r:.60} is none of {kind}"
    elif kind in SIMPLE:
        if not SIMPLE[kind](value):
            yield f"{at}: {value!r:.80} is no {kind}"
    else:
        yield from faults_of_entity(value, kind, at)


def faults_of_entity(value, name, at):
    if not isinstance(value, dict):
        yield f"{at}: not an object but {value!r:.60}"
        return
    for key, (kind, needed) in ENTITIES[name].items():
        here, missing = value, False
        for part in [key] if ":" in key else key.split("."):
            if not isinstance(here, dict) or part not in here:
                missing = True
                break
            here = here[part]
        if not missing:
            yield from faults(here, kind, f"{at}.{key}")
        elif needed:
            yield f"{at}.{key}: missing"


def answer_kind(method, path):
    path = path.split("?")[0].rstrip("/")
    for verb, pattern, kind in ANSWERS:
        if verb == method and pattern.fullmatch(path):
            return kind
    return None


def check_answer(method, path, status, value):
    kind = "Error" if status >= 400 else answer_kind(method, path)
    if kind is None:
        return
    if kind == "Status" and isinstance(value, dict) and "scheduled_at" in value:
        kind = "ScheduledStatus"
    found = list(faults(value, kind, kind))
    assert not found, f"{method} {path} {status}: wrong shape\n  " + "\n  ".join(found[:12])
