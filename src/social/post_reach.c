/* What an author changes about a sent post beside its words: who sees it, and its switches. Called
 * by the post's own pages. Mastodon and its kin take no change of visibility in an Update, so a
 * post that is narrowed past the public is deleted there: asking for less is all that can be done.
 */
#include "social/post_reach.h"
#include "social/home.h"
#include "social/journal.h"
#include "social/list.h"
#include "social/mark.h"
#include "social/outbox.h"
#include "social/post_parts.h"
#include "social/sent.h"

#define DAY_MS (24 * 3600 * INT64_C(1000))

static const struct stmt REACH_SET = {
        .name = "reach_set",
        .text = "UPDATE post SET audience = $2, audience_list = $3 WHERE id = $1",
        .in = "iiI",
};
static const struct stmt REACH_UNPIN = {
        .name = "reach_unpin",
        .text = "DELETE FROM mark WHERE account = $1 AND post = $2 AND kind = 3",
        .in = "ii",
};
static const struct stmt SET_QUOTES = {
        .name = "post_set_quotes",
        .text = "UPDATE post SET quote_policy = $2 WHERE id = $1",
        .in = "ii",
};

_Static_assert(MARK_PIN == 3, "the statement above carries the mark as a number");

/* Written by this viewer, or in a journal of theirs. */
static enum err own(struct cx *cx, const struct viewer *by, int64_t id, struct post **ret)
{
        struct viewer as;
        TRY(post_load(cx, id, ret));
        if (!by->account || !(*ret)->local || (*ret)->boost_of)
                return ERR_MISSING;
        return (*ret)->account == by->account ? OK : journal_stand_in(cx, by, id, &as);
}

/* ---- who sees it ---- */

enum err reach_read(struct cx *cx, int64_t account, struct str name, struct reach *ret)
{
        struct list *l;
        int64_t id;
        *ret = (struct reach){.audience = AUDIENCE_SELF};
        if (str_eq(name, S("self")) || audience_read(name, &ret->audience))
                return OK;
        if (!str_starts(name, S("list:")) || !str_to_i64(str_after(name, 5), &id))
                return ERR_INPUT;
        TRY(list_get(cx, account, id, &l));
        *ret = (struct reach){AUDIENCE_CIRCLE, id};
        return l->audience ? OK : ERR_INPUT;
}

struct str reach_name(struct arena *a, const struct post *p)
{
        if (p->audience == AUDIENCE_SELF)
                return S("self");
        if (p->audience == AUDIENCE_CIRCLE)
                return str_fmt(a, "list:%lld", (long long)p->audience_list);
        return audience_api_name(p->audience);
}

bool reach_is_wider(const struct post *p, const struct reach *to)
{
        if (to->audience == AUDIENCE_CIRCLE && p->audience == AUDIENCE_CIRCLE)
                return to->list != p->audience_list;
        return to->audience < p->audience;
}

static enum err fix_counts(struct cx *cx, const struct post *old, const struct post *new)
{
        TRY(post_uncount(cx, old));
        TRY(post_count(cx, new));
        if (new->audience > AUDIENCE_FOLLOWERS)
                TRY(db_run(cx->db, &REACH_UNPIN, BIND(V(old->account), V(old->id)), NULL));
        return OK;
}

static enum err tell_others(struct cx *cx, const struct post *old, const struct post *new)
{
        int64_t *to;
        size_t n;
        bool both = old->audience == AUDIENCE_CIRCLE && new->audience == AUDIENCE_CIRCLE;
        bool narrower = new->audience > old->audience;
        if (old->state != COMMENT_SHOWN)
                return OK; /* nobody elsewhere has it: a Delete would tell that it is there */
        if (both)          /* who is left out loses it; who is in both keeps it */
                TRY(sent_narrowed(cx, new->id));
        if (narrower && new->audience > AUDIENCE_QUIET)
                return post_take_back(cx, old);
        TRY(post_people_far(cx, new, &to, &n));
        return outbox_post(cx, narrower ? OUTBOX_UPDATE : OUTBOX_CREATE, new, to, n);
}

enum err post_set_reach_of(struct cx *cx, const struct viewer *by, int64_t id,
                           const struct reach *to, bool far)
{
        struct post *old, new;
        TRY(own(cx, by, id, &old));
        if (to->audience == old->audience &&
            (to->audience != AUDIENCE_CIRCLE || to->list == old->audience_list))
                return OK;
        new = *old;
        new.audience = to->audience;
        new.audience_list = to->audience == AUDIENCE_CIRCLE ? to->list : 0;
        TRY(db_run(cx->db, &REACH_SET, BIND(V(id), V(new.audience), V_ID(new.audience_list)),
                   NULL));
        TRY(fix_counts(cx, old, &new));
        if (far)
                TRY(tell_others(cx, old, &new));
        if (far && reach_is_wider(old, to) && !new.reply_to)
                TRY(home_add(cx, &new));
        cx_event(cx, EVENT_POST_CHANGED, 0, id);
        return OK;
}

enum err post_set_reach(struct cx *cx, const struct viewer *by, int64_t id, const struct reach *to)
{
        struct post *p;
        TRY(own(cx, by, id, &p));
        if (p->account != by->account && to->audience > AUDIENCE_FOLLOWERS)
                return fail(cx, ERR_INPUT,
                            "A journal’s post is for everybody, or for its readers.");
        return post_set_reach_of(cx, by, id, to, true);
}

enum err post_reach_far(struct cx *cx, const struct post *old, enum audience audience,
                        enum quote_policy quotes)
{
        struct post new = *old;
        if (quotes != old->quote_policy) {
                TRY(db_run(cx->db, &SET_QUOTES, BIND(V(old->id), V(quotes)), NULL));
                cx_event(cx, EVENT_POST_CHANGED, 0, old->id);
        }
        /* To some alone, or what is read as that: then its server sends a Delete. */
        if (old->audience > AUDIENCE_QUIET || audience <= old->audience ||
            audience > AUDIENCE_FOLLOWERS)
                return OK;
        new.audience = audience;
        TRY(db_run(cx->db, &REACH_SET, BIND(V(old->id), V(audience), V_ID(0)), NULL));
        TRY(fix_counts(cx, old, &new));
        cx_event(cx, EVENT_POST_CHANGED, 0, old->id);
        return OK;
}

/* ---- the switches ---- */

enum err post_bundle(struct cx *cx, const struct post *p, struct preset *ret)
{
        struct preset *everyday;
        struct switches *s = &ret->switches;
        TRY(preset_get(cx, p->account, PRESET_EVERYDAY, &everyday));
        *ret = *everyday;
        ret->name = S("As it is now");
        ret->quote_policy = p->quote_policy;
        ret->visibility = -1;
        if (!(p->has & POST_HAS_SWITCHES))
                return OK;
        TRY(switches_get(cx, p->id, s));
        ret->id = s->preset;
        if (s->closes_at > p->created_at)
                ret->closes_in = (s->closes_at - p->created_at + DAY_MS / 2) / DAY_MS;
        return OK;
}

static bool federates(const struct preset *a, const struct preset *b)
{
        return a->switches.boosts != b->switches.boosts ||
               a->switches.comments != b->switches.comments || a->quote_policy != b->quote_policy;
}

enum err post_set_bundle(struct cx *cx, const struct viewer *by, int64_t id, const struct preset *b)
{
        struct post *p;
        struct preset before;
        struct switches kept, s = b->switches;
        int64_t *to;
        size_t n;
        TRY(own(cx, by, id, &p));
        if (p->reply_to)
                return fail(cx, ERR_INPUT, "A comment follows the post it stands under.");
        TRY(post_bundle(cx, p, &before));
        TRY(switches_get(cx, id, &kept));
        s.preset = b->id;
        s.thanks = kept.thanks;
        s.closes_at = kept.closes_at;
        if (b->closes_in != before.closes_in)
                s.closes_at = b->closes_in ? cx_now(cx) + b->closes_in * DAY_MS : 0;
        TRY(switches_set(cx, id, &s));
        TRY(db_run(cx->db, &SET_QUOTES, BIND(V(id), V(b->quote_policy)), NULL));
        p->quote_policy = b->quote_policy;
        if (!federates(&before, b))
                return OK;
        TRY(post_people_far(cx, p, &to, &n));
        return outbox_post(cx, OUTBOX_UPDATE, p, to, n);
}

const struct stmt_list POST_REACH_STATEMENTS = {
        (const struct stmt *const[]){&REACH_SET, &REACH_UNPIN, &SET_QUOTES},
        3,
};
