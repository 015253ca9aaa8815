/* The mails people get: see mailing.h. A mail with a one-time link is written when it leaves, so
 * that the secret is nowhere but in the mail; one that has to be tried again carries a new one. */
#include "social/mailing.h"
#include "lib/base/encode.h"
#include "lib/base/hash.h"
#include "lib/base/log.h"
#include "lib/base/rand.h"
#include "lib/mail/mail.h"
#include "lib/text/date.h"
#include "lib/text/json.h"
#include "lib/text/unicode.h"
#include "social/digest.h"
#include "social/reminder.h"
#include "store/secret.h"

enum { SEND_MS = 60 * 1000 };
#define STOP_KEY "mail-stop-key"

static const struct stmt DIGEST_STOP = {
        .name = "mailing_digest_stop",
        .text = "UPDATE login SET digest_mail = 0 WHERE account = $1",
        .in = "i",
};

bool mailing_possible(const struct cx *cx)
{
        return cx->settings->smtp_url.n > 0;
}

enum err mailing_add(struct cx *cx, const struct mailing *m, struct str unique_key)
{
        struct buf b = {0};
        struct json j;
        if (!mailing_possible(cx))
                return OK;
        json_open(&j, &b);
        json_object(&j, NULL);
        json_z(&j, "kind", "text");
        json_id(&j, "account", m->account);
        json_str(&j, "to", m->to);
        json_str(&j, "subject", utf8_cut(m->subject, MAILING_SUBJECT_MAX));
        json_str(&j, "text", utf8_cut(m->text, MAILING_TEXT_MAX));
        json_str(&j, "unsubscribe", m->unsubscribe);
        json_end(&j);
        return job_add_buf(cx, "mail", &b, unique_key);
}

/* ---- stopping ---- */

static enum err stop_digest(struct cx *cx, int64_t account)
{
        TRY(db_run(cx->db, &DIGEST_STOP, BIND(V(account)), NULL));
        cx_event(cx, EVENT_LOGIN_CHANGED, account, 0);
        return OK;
}

static enum err stop_reminders(struct cx *cx, int64_t account)
{
        return reminder_set_mail(cx, account, false);
}

static const struct mailing_stop stops[] = {
        {"reminders", "reminders to write", stop_reminders},
        {"digest", "the note about your digest", stop_digest},
};

static struct str proof_of(struct cx *cx, struct str key, struct str kind, int64_t account)
{
        struct str all = str_fmt(cx->arena, "%.*s\n%.*s\n%lld", STR_ARG(key), STR_ARG(kind),
                                 (long long)account);
        return hex_encode(cx->arena, str_cut(sha256(cx->arena, all), 0, 16));
}

enum err mailing_stop_address(struct cx *cx, const char *kind, int64_t account, struct str *ret)
{
        struct str key;
        TRY(secret_keep(cx, STOP_KEY, rand_token(cx->arena, 32), &key));
        *ret = str_fmt(cx->arena, "%.*s/stop/%s/%lld/%.*s", STR_ARG(cx->settings->url), kind,
                       (long long)account, STR_ARG(proof_of(cx, key, str_of(kind), account)));
        return OK;
}

enum err mailing_stop_look(struct cx *cx, struct str kind, int64_t account, struct str proof,
                           const struct mailing_stop **ret)
{
        struct str key;
        *ret = NULL;
        for (size_t i = 0; i < countof(stops); i++)
                if (str_eq(kind, str_of(stops[i].kind)))
                        *ret = &stops[i];
        TRY(secret_find(cx, STOP_KEY, &key));
        bool fits = *ret && key.n && str_same_secret(proof, proof_of(cx, key, kind, account));
        return fits ? OK : ERR_MISSING;
}

/* ---- writing ---- */

struct sending {
        struct job *job;
        const struct json_value *payload;
        struct login *login; /* NULL: somebody without an account */
        struct str to, subject, text, unsubscribe;
};

static enum err link_for(struct cx *cx, struct sending *s, const char *purpose, int64_t life_ms,
                         struct str *ret)
{
        struct str secret;
        TRY(single_use_create(cx, purpose, s->login->account, s->login->email, life_ms, &secret));
        *ret = str_fmt(cx->arena, "%.*s/%s/%.*s", STR_ARG(cx->settings->url), purpose,
                       STR_ARG(secret));
        return OK;
}

static enum err write_confirm(struct cx *cx, struct sending *s)
{
        struct str link;
        if (s->login->confirmed_at)
                return ERR_MISSING;
        TRY(link_for(cx, s, "confirm", MAILING_LINK_MS, &link));
        s->subject = S("Is this your address?");
        s->text = str_fmt(cx->arena,
                          "Somebody, you we hope, made the account @%.*s with this address. If it "
                          "was you, open this link within a day and press the button:\n\n%.*s\n\n"
                          "If it was not, you need do nothing.",
                          STR_ARG(s->login->username), STR_ARG(link));
        return OK;
}

static enum err write_password(struct cx *cx, struct sending *s)
{
        struct str link;
        if (s->login->disabled || s->login->suspended)
                return ERR_MISSING;
        TRY(link_for(cx, s, "password", MAILING_PASSWORD_MS, &link));
        s->subject = S("A new password");
        s->text = str_fmt(cx->arena,
                          "Somebody, you we hope, asked for a new password for @%.*s. If it was "
                          "you, open this link within an hour and choose one:\n\n%.*s\n\nIf it was "
                          "not, you need do nothing: your password stays as it is.",
                          STR_ARG(s->login->username), STR_ARG(link));
        return OK;
}

static enum err write_digest(struct cx *cx, struct sending *s)
{
        struct str note;
        TRY(digest_note(cx, s->login->account, &note));
        if (!note.n) /* opened meanwhile */
                return ERR_MISSING;
        TRY(mailing_stop_address(cx, "digest", s->login->account, &s->unsubscribe));
        s->subject = S("Your digest");
        s->text = str_fmt(cx->arena,
                          "%.*s\nIt lies ready whenever you like:\n\n%.*s/digest\n\nNo answer is "
                          "due.",
                          STR_ARG(note), STR_ARG(cx->settings->url));
        return OK;
}

/* A name, a date and a link: nothing of what was written. */
static enum err write_reminder(struct cx *cx, struct sending *s)
{
        struct reminder r;
        struct account *a;
        int64_t id;
        if (!str_to_i64(json_get_text(s->payload, "reminder"), &id))
                return ERR_INPUT;
        TRY(reminder_for_mail(cx, s->login->account, id, &r));
        TRY(account_get(cx, r.author, &a));
        TRY(mailing_stop_address(cx, "reminders", s->login->account, &s->unsubscribe));
        struct str name = account_name(a), acct = account_acct(cx->arena, a);
        struct str day = str_cut(date_http(cx->arena, r.written_at), 5, 11); /* 22 Nov 2026 */
        s->subject = S("A reminder to write");
        s->text =
                str_fmt(cx->arena,
                        "You wanted to write to %.*s again: their post of %.*s.\n\n%.*s/@%.*s/%lld",
                        STR_ARG(name), STR_ARG(day), STR_ARG(cx->settings->url), STR_ARG(acct),
                        (long long)r.post);
        return OK;
}

static enum err write_text(struct cx *cx, struct sending *s)
{
        (void)cx;
        s->subject = json_get_text(s->payload, "subject");
        s->text = json_get_text(s->payload, "text");
        s->unsubscribe = json_get_text(s->payload, "unsubscribe");
        return OK;
}

static const struct {
        const char *kind;
        enum err (*write)(struct cx *cx, struct sending *s);
} kinds[] = {
        {"confirm", write_confirm},   {"digest", write_digest}, {"password", write_password},
        {"reminder", write_reminder}, {"text", write_text},
};

static int64_t account_of(const struct json_value *payload)
{
        const struct json_value *v = json_get(payload, "account");
        int64_t id = 0;
        if (v && v->type == JSON_STRING)
                (void)str_to_i64(json_text(v), &id);
        else if (v)
                (void)!json_i64(v, &id);
        return id;
}

static enum err prepare(struct cx *cx, void *arg)
{
        struct sending *s = arg;
        int64_t account = account_of(s->payload);
        struct str kind = json_get_text(s->payload, "kind");
        s->to = json_get_text(s->payload, "to");
        if (account) {
                TRY(login_get(cx, account, &s->login));
                s->to = s->login->email;
                if (s->login->memorial)
                        return ERR_MISSING; /* nobody reads it */
        }
        for (size_t i = 0; i < countof(kinds); i++)
                if (str_eq(kind, str_of(kinds[i].kind)))
                        return s->login || kinds[i].write == write_text ? kinds[i].write(cx, s)
                                                                        : ERR_MISSING;
        return ERR_INPUT;
}

/* ---- sending ---- */

static struct str host_name(const struct settings *s)
{
        return str_cut(s->host, 0, str_find_char(s->host, ':'));
}

static struct str whole_text(struct cx *cx, const struct sending *s)
{
        const struct settings *set = cx->settings;
        struct str stop = S("");
        if (s->unsubscribe.n)
                stop = str_fmt(cx->arena, "To get no more of these: %.*s\n",
                               STR_ARG(s->unsubscribe));
        return str_fmt(cx->arena, "%.*s\n\n-- \n%.*s, %.*s\n%.*s", STR_ARG(s->text),
                       STR_ARG(set->title), STR_ARG(set->url), STR_ARG(stop));
}

static enum err send(struct cx *cx, const struct sending *s, int64_t timeout_ms)
{
        const struct settings *set = cx->settings;
        struct str host = host_name(set);
        struct mail_server server = {.url = set->smtp_url,
                                     .hello = host,
                                     .extra_ca_file = set->extra_ca_file,
                                     .total_ms = timeout_ms};
        struct mail m = {.from_name = set->title,
                         .from = set->mail_from.n ? set->mail_from
                                                  : str_join(cx->arena, S("no-reply@"), host),
                         .to = s->to,
                         .subject = s->subject,
                         .text = whole_text(cx, s),
                         .list_unsubscribe = s->unsubscribe,
                         .at = cx_now(cx)};
        m.id = str_fmt(cx->arena, "%.*s@%.*s", STR_ARG(rand_token(cx->arena, 16)), STR_ARG(host));
        int said;
        enum err e = mail_send(cx->arena, &server, &m, &said);
        if (e)
                log_event(LOG_WARN, "mail_not_sent", LOG_N("said", said),
                          LOG_S("kind", json_get_text(s->payload, "kind")));
        return e;
}

enum err mailing_run(struct job *job)
{
        struct sending s = {.job = job};
        if (!mailing_possible(job->cx))
                return OK;
        TRY(json_read(job->cx->arena, job->payload, NULL, &s.payload, NULL));
        enum err e = cx_write(job->cx, prepare, &s);
        if (e)
                return e == ERR_MISSING ? OK : e; /* nobody wants it any more */
        return send(job->cx, &s, SEND_MS);
}

static const struct stmt *const statements[] = {&DIGEST_STOP};
const struct stmt_list MAILING_STATEMENTS = {statements, countof(statements)};
