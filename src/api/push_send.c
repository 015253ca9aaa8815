/* Sending one notification to one device (RFC 8030): what it says is that of Mastodon's own
 * message, so that apps show it without asking; who may not see the post, or rests from it, is not
 * woken. Run by the workers. A service that fails is left alone for a while, whoever's device it
 * serves; a subscription that is gone there ends here. */
#include "social/push_send.h"
#include "api/account_json.h"
#include "api/push.h"
#include "lib/base/buf.h"
#include "lib/base/log.h"
#include "lib/http/fetch.h"
#include "lib/push/push.h"
#include "lib/text/html.h"
#include "lib/text/json.h"
#include "lib/text/unicode.h"
#include "lib/text/url.h"
#include "social/filter.h"
#include "social/sift.h"
#include "social/switches.h"

enum {
        BODY_CHARACTERS = 140, /* as Mastodon's, and more than a phone shows */
        NAME_BYTES = 200,
        TTL_S = 24 * 3600, /* who was away longer finds it among the notifications */
        PLACE_MS = 1000,   /* for one of the places that a push service has here */
        BUSY_MS = 5000,
        ANSWER_BYTES = 4096
};

struct sending {
        struct push_again again;
        struct push_parcel parcel;
        struct account *sender;
        struct post *post; /* NULL: it is about none */
        struct str note;   /* of a filter that covers the post; STR_NONE: none does */
        bool thinking;     /* a favourite of this post is called "Thinking of you" */
        bool found;
};

/* ---- may it be told? ---- */

static enum err filtered(struct cx *cx, struct sending *s)
{
        struct filter_set *set;
        struct filter_hits hits;
        TRY(filter_set_load(cx, &s->parcel.owner, &set));
        if (!set)
                return OK;
        TRY(filter_posts(cx, &s->parcel.owner, set, &s->post->id, 1, &hits));
        for (size_t i = 0; i < hits.n; i++)
                if (hits.v[i].filter->contexts & FILTER_NOTIFICATIONS)
                        s->note = hits.v[i].filter->title;
        return OK;
}

static enum err load_post(struct cx *cx, struct sending *s)
{
        struct switches switches;
        enum err e = post_get(cx, &s->parcel.owner, s->parcel.notification.post, &s->post);
        if (e)
                return e;
        if (s->post->state != COMMENT_SHOWN && s->post->account != s->parcel.owner.account)
                return ERR_MISSING; /* a hand reads it in the quiet inbox, when they wish */
        bool hidden = false;        /* they rest from it, or put it away since */
        if (s->parcel.owner.sifts)
                TRY(sift_hides(cx, s->parcel.owner.account, FILTER_NOTIFICATIONS, s->post->id,
                               &hidden));
        s->found = !hidden;
        if (s->parcel.owner.has_filters && s->found)
                TRY(filtered(cx, s));
        if (!(s->post->has & POST_HAS_SWITCHES))
                return OK;
        TRY(switches_get(cx, s->post->thread, &switches));
        s->thinking = switches.thinking;
        return OK;
}

static enum err load(struct cx *cx, void *arg)
{
        struct sending *s = arg;
        TRY(push_parcel_get(cx, s->again.token, s->again.notification, &s->parcel, &s->found));
        if (!s->found)
                return OK;
        enum err e = account_get(cx, s->parcel.notification.sender, &s->sender);
        if (!e && s->parcel.notification.post)
                e = load_post(cx, s);
        if (e == ERR_MISSING)
                s->found = false;
        return e == ERR_MISSING ? OK : e;
}

/* ---- the words ---- */

static struct str title_of(struct arena *a, const struct sending *s)
{
        const struct notification *n = &s->parcel.notification;
        if (n->kind == NOTIFICATION_POLL && n->sender == s->parcel.owner.account)
                return S("A question you asked has ended");
        bool answer = s->post && s->post->reply_account == n->account;
        const char *said = notification_words(n->kind, answer, s->thinking);
        struct str name = utf8_cut(account_name(s->sender), NAME_BYTES);
        return str_fmt(a, "%.*s %s", STR_ARG(name), said);
}

/* One line of at most BODY_CHARACTERS. */
static struct str line_of(struct arena *a, struct str text)
{
        char *to = make_n(a, text.n + 4, char);
        size_t n = 0, count = 0;
        uint32_t c;
        for (size_t i = 0, len; i < text.n && count < BODY_CHARACTERS; i += len, count++) {
                len = utf8_read(text.p + i, text.n - i, &c);
                if (!len)
                        break;
                n += utf8_write(to + n, c < 0x20 ? ' ' : c);
        }
        struct str line = {to, n};
        if (utf8_count(text) <= BODY_CHARACTERS)
                return str_trim(line);
        return str_join(a, str_trim(line), S("…"));
}

/* A content note stands for the post, as everywhere. */
static struct str body_of(struct arena *a, const struct sending *s)
{
        const struct post *p = s->post;
        if (s->note.p)
                return str_fmt(a, "Covered by your filter “%.*s”", STR_ARG(s->note));
        if (p && p->spoiler.n)
                return line_of(a, p->spoiler);
        struct str text = p ? line_of(a, markup_to_text(a, p->content)) : STR_NONE;
        if (text.n)
                return text;
        return str_join(a, S("@"), account_acct(a, s->sender));
}

static enum err message_of(struct cx *cx, const struct sending *s, struct str *ret)
{
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        json_object(&j, NULL);
        json_str(&j, "access_token", s->parcel.to.bearer);
        json_str(&j, "preferred_locale", s->parcel.locale);
        json_int(&j, "notification_id", s->parcel.notification.id); /* a number: IceCubes */
        json_str(&j, "notification_type", notification_name(s->parcel.notification.kind));
        json_str(&j, "icon", api_portrait(cx, s->sender));
        json_str(&j, "title", title_of(cx->arena, s));
        json_str(&j, "body", body_of(cx->arena, s));
        json_end(&j);
        *ret = str_dup(cx->arena, buf_str(&b));
        bool good = !b.failed;
        buf_free(&b);
        return good ? OK : ERR_FAULT;
}

/* ---- the request ---- */

/* A phone may leave the rest until it wakes for something else (RFC 8030 section 5.3). */
static const char *urgency_of(enum notification_kind k)
{
        return k == NOTIFICATION_MENTION || k == NOTIFICATION_FOLLOW_REQUEST ||
                               k == NOTIFICATION_REPORT
                       ? "normal"
                       : "low";
}

static enum err ask(struct cx *cx, const struct sending *s, struct fetch_answer *answer)
{
        const struct push *to = &s->parcel.to;
        const struct push_key *key = cx->instance->push_key;
        struct arena *a = cx->arena;
        struct push_to whom = {to->standard ? PUSH_AES128GCM : PUSH_AESGCM, to->point, to->auth};
        struct push_sealed sealed;
        struct str message, claim, public = push_key_public(key);
        struct url u;
        if (!url_read(a, to->endpoint, &u))
                return ERR_INPUT;
        TRY(message_of(cx, s, &message));
        TRY(push_seal(a, &whom, message, NULL, &sealed));
        TRY(push_claim(a, key, url_origin(a, &u), cx->settings->url, cx_now(cx), &claim));
        const struct fetch_header headers[] = {
                {S("Content-Type"), S("application/octet-stream")},
                {S("TTL"), str_fmt(a, "%d", TTL_S)},
                {S("Urgency"), str_of(urgency_of(s->parcel.notification.kind))},
                {S("Content-Encoding"), to->standard ? S("aes128gcm") : S("aesgcm")},
                {S("Authorization"),
                 to->standard ? str_fmt(a, "vapid t=%.*s,k=%.*s", STR_ARG(claim), STR_ARG(public))
                              : str_fmt(a, "WebPush %.*s", STR_ARG(claim))},
                {S("Encryption"), str_fmt(a, "salt=%.*s", STR_ARG(sealed.salt))},
                {S("Crypto-Key"),
                 str_fmt(a, "dh=%.*s;p256ecdsa=%.*s", STR_ARG(sealed.dh), STR_ARG(public))},
        };
        struct fetch_request rq = {.method = "POST",
                                   .url = to->endpoint,
                                   .headers = headers,
                                   .n_headers = countof(headers) - (to->standard ? 2 : 0),
                                   .body = sealed.body,
                                   .max_bytes = ANSWER_BYTES,
                                   .cut = true,
                                   .wait_ms = PLACE_MS,
                                   .follow = FETCH_FOLLOW_NONE};
        return fetch_wait(cx->instance->fetcher, a, &rq, answer);
}

/* ---- how it ended ---- */

enum outcome { TAKEN, GONE, REFUSED, FAILED, LATER, NOTHING };
struct ending {
        const struct sending *s;
        enum outcome outcome;
        int64_t pause_ms;
};

static enum outcome outcome_of(enum err e, const struct fetch_answer *a)
{
        if (e == ERR_BUSY)
                return LATER;
        if (e)
                return err_retry(e) || a->end == FETCH_LARGE || a->end == FETCH_TYPE ? FAILED
                                                                                     : REFUSED;
        if (a->status >= 200 && a->status < 300)
                return TAKEN;
        if (a->status == 404 || a->status == 410)
                return GONE;
        if (a->status == 429 || a->status == 408)
                return LATER;
        return a->status >= 500 ? FAILED : REFUSED;
}

static enum err settle(struct cx *cx, void *arg)
{
        const struct ending *n = arg;
        const struct push_parcel *p = &n->s->parcel;
        switch (n->outcome) {
        case TAKEN:
                return push_taken(cx, p);
        case GONE:
                return push_end(cx, p->to.account, p->to.token);
        case REFUSED:
                return push_refused(cx, p);
        case FAILED:
                return push_failed(cx, &n->s->again, p);
        case LATER:
                return push_put_off(cx, &n->s->again, cx_now(cx) + n->pause_ms);
        default:
                return OK;
        }
}

static enum err end(struct job *job, const struct sending *s, enum outcome outcome,
                    int64_t pause_ms)
{
        struct ending n = {s, outcome, pause_ms};
        return job_end(job, settle, &n);
}

struct claim {
        struct str host;
        bool yes;
};

static enum err claim(struct cx *cx, void *arg)
{
        struct claim *c = arg;
        return push_host_claim(cx, c->host, &c->yes);
}

static enum err hand_over(struct job *job, struct sending *s)
{
        struct cx *cx = job->cx;
        struct claim c = {s->parcel.to.host, true};
        int64_t wait = s->parcel.host_until - cx_now(cx);
        if (wait > 0)
                return end(job, s, LATER, wait);
        if (s->parcel.host_failures)
                TRY(cx_write(cx, claim, &c));
        if (!c.yes)
                return end(job, s, LATER, PUSH_PROBE_MS);
        struct fetch_answer answer = {0};
        enum err e = ask(cx, s, &answer);
        enum outcome outcome = outcome_of(e, &answer);
        int64_t asked = e ? BUSY_MS : fetch_retry_after(&answer, cx_now(cx));
        log_event(outcome == TAKEN ? LOG_DEBUG : LOG_INFO, "push", LOG_S("host", c.host),
                  LOG_Z("end", fetch_end_name(answer.end)), LOG_N("status", answer.status));
        return end(job, s, outcome, asked ? asked : PUSH_FIRST_PAUSE_MS);
}

enum err api_push_run(struct job *job)
{
        const struct json_value *j;
        struct sending s = {0};
        TRY(json_read(job->cx->arena, job->payload, NULL, &j, NULL));
        if (!str_to_i64(json_get_text(j, "token"), &s.again.token) ||
            !str_to_i64(json_get_text(j, "notification"), &s.again.notification) ||
            !str_to_i64(json_get_text(j, "born"), &s.again.born))
                return ERR_INPUT;
        TRY(cx_read(job->cx, load, &s));
        return s.found ? hand_over(job, &s) : OK;
}
