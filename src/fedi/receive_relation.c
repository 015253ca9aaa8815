/* Who follows, answers, blocks, moves: Follow, Accept, Reject, Undo, Block, Move. See receive.h.
 * State changes only where a row of exactly these two people waits for it (T093). */
#include "fedi/receive.h"
#include "lib/text/json.h"
#include "social/approval.h"
#include "social/block.h"
#include "social/follow.h"
#include "social/follow_far.h"
#include "social/outbox_relation.h"
#include "store/job.h"

enum { MOVE_PAUSE_MS = 7 * 24 * 3600 * 1000 };

/* ---- Follow ---- */

enum err receive_follow(struct cx *cx, struct incoming *in, const struct json_value *object)
{
        struct follow_options o = {.uri = json_get_text(in->activity, "id")};
        enum follow_state state;
        int64_t target, relation;
        TRY(receive_find_local(cx, as_id(object), &target));
        if (!target)
                return receive_ignore(in, "unknown_object");
        TRY(follow_far_state(cx, in->by.id, target, &state, &relation));
        if (state != FOLLOW_NONE) {
                TRY(follow_far_renamed(cx, in->by.id, target, o.uri));
                /* It comes again because our answer was lost. */
                if (state == FOLLOW_ACCEPTED)
                        TRY(outbox_relation(cx, RELATION_ACCEPT, target, in->by.id, relation,
                                            o.uri));
                return receive_done(in);
        }
        enum err e = follow_start(cx, in->by.id, target, &o);
        if (e == ERR_DENIED || e == ERR_INPUT || e == ERR_MISSING) {
                TRY(outbox_relation(cx, RELATION_REJECT, target, in->by.id, 0, o.uri));
                return receive_done(in);
        }
        return e ? e : receive_done(in);
}

enum err receive_undo_follow(struct cx *cx, struct incoming *in, const struct json_value *object)
{
        int64_t target = 0;
        TRY(follow_far_by_uri(cx, in->by.id, as_id(object), &target));
        if (!target && object->type == JSON_OBJECT)
                TRY(receive_find_local(cx, as_only_id(json_get(object, "object")), &target));
        if (!target)
                return receive_ignore(in, "unknown_object");
        TRY(follow_end(cx, in->by.id, target));
        return receive_done(in);
}

/* ---- answers to our own follows ---- */

/* Our ids of follows end in the relation's id. */
static enum err asker_by_id(struct cx *cx, const struct incoming *in, struct str uri, int64_t *ret)
{
        size_t from = uri.n;
        int64_t relation;
        *ret = 0;
        if (!str_starts(uri, cx->settings->url))
                return OK;
        while (from && uri.p[from - 1] >= '0' && uri.p[from - 1] <= '9')
                from--;
        if (!str_to_i64(str_after(uri, from), &relation))
                return OK;
        return follow_far_by_id(cx, in->by.id, relation, ret);
}

/* By the id of our Follow; else by the two people it names. Some send the id alone (snac, Mitra),
 * some the Follow without one. */
static enum err asker(struct cx *cx, const struct incoming *in, const struct json_value *object,
                      int64_t *ret)
{
        TRY(asker_by_id(cx, in, as_id(object), ret));
        if (*ret || object->type != JSON_OBJECT ||
            !str_eq(as_only_id(json_get(object, "object")), in->by.uri))
                return OK;
        return receive_find_local(cx, as_only_id(json_get(object, "actor")), ret);
}

/* One address that the answer may be about. Who names an approval has it read first. */
static enum err answer_about(struct cx *cx, struct incoming *in, struct str uri, bool yes,
                             struct str stamp, bool *taken)
{
        static const char *const types[][2] = {
                [ASKING_REPLY] = {"ReplyAuthorization", "ReplyApproval"},
                [ASKING_LIKE] = {"LikeAuthorization", "LikeApproval"},
                [ASKING_BOOST] = {"AnnounceAuthorization", "AnnounceApproval"},
        };
        struct approval_waits w;
        bool good;
        TRY(approval_find(cx, in->by.id, uri, &w, taken));
        if (!*taken || w.kind > ASKING_BOOST) {
                *taken = false;
                return OK;
        }
        struct claim c = {{types[w.kind][0], types[w.kind][1]}, stamp, w.made, w.target};
        if (yes && stamp.n) {
                TRY(receive_prove(cx, in, &c, &good));
                if (!good)
                        return OK;
        }
        TRY(approval_answered(cx, in->by.id, uri, yes, stamp, taken));
        return receive_done(in);
}

/* An author elsewhere answers about something here that had to be asked for: by its address, or
 * within what carried it. */
static enum err answered(struct cx *cx, struct incoming *in, const struct json_value *object,
                         bool yes, bool *taken)
{
        struct str stamp = as_only_id(json_get(in->activity, "result")),
                   inner = object->type == JSON_OBJECT ? as_only_id(json_get(object, "object"))
                                                       : STR_NONE,
                   made = object->type == JSON_OBJECT ? as_only_id(json_get(object, "instrument"))
                                                      : STR_NONE;
        const struct str about[] = {as_id(object), inner, made};
        *taken = false;
        for (size_t i = 0; i < countof(about) && !*taken; i++)
                TRY(answer_about(cx, in, about[i], yes, stamp, taken));
        if (*taken || yes)
                return OK;
        /* GoToSocial rejects also what nobody asked it about. */
        TRY(approval_refused(cx, in->by.id, as_id(object), taken));
        return *taken ? receive_done(in) : OK;
}

enum err receive_accept(struct cx *cx, struct incoming *in, const struct json_value *object)
{
        int64_t account;
        bool taken;
        TRY(receive_quote_answer(cx, in, object, true, &taken));
        if (!taken)
                TRY(answered(cx, in, object, true, &taken));
        if (taken)
                return OK;
        if (object->type == JSON_OBJECT && !as_is(object, "Follow"))
                return receive_ignore(in, "unknown_object");
        TRY(asker(cx, in, object, &account));
        if (!account)
                return receive_ignore(in, "nobody_asked");
        enum err e = follow_accept(cx, in->by.id, account);
        if (e == ERR_MISSING)
                return receive_ignore(in, "nobody_asked");
        return e ? e : receive_done(in);
}

enum err receive_reject(struct cx *cx, struct incoming *in, const struct json_value *object)
{
        int64_t account;
        bool taken;
        TRY(receive_quote_answer(cx, in, object, false, &taken));
        if (!taken)
                TRY(answered(cx, in, object, false, &taken));
        if (taken)
                return OK;
        if (object->type == JSON_OBJECT && !as_is(object, "Follow"))
                return receive_ignore(in, "unknown_object");
        TRY(asker(cx, in, object, &account));
        if (!account)
                return receive_ignore(in, "nobody_asked");
        /* Also ends what was accepted before; nothing is told back. */
        TRY(follow_remove_follower(cx, in->by.id, account));
        return receive_done(in);
}

/* ---- Block ---- */

/* Lemmy bans from a community with the same word; that is between it and its members. */
static bool is_ban(const struct incoming *in)
{
        return json_get(in->activity, "target") || as_first(json_get(in->activity, "audience"));
}

enum err receive_block(struct cx *cx, struct incoming *in, const struct json_value *object)
{
        int64_t target;
        if (is_ban(in))
                return receive_ignore(in, "ban");
        TRY(receive_find_local(cx, as_id(object), &target));
        if (!target)
                return receive_ignore(in, "unknown_object");
        enum err e = block_start(cx, in->by.id, target);
        return e && e != ERR_MISSING ? e : receive_done(in);
}

enum err receive_undo_block(struct cx *cx, struct incoming *in, const struct json_value *object)
{
        int64_t target;
        TRY(receive_find_local(cx, as_only_id(json_get(object, "object")), &target));
        if (!target)
                return receive_ignore(in, "unknown_object");
        TRY(block_end(cx, in->by.id, target));
        return receive_done(in);
}

/* ---- Undo ---- */

/* By its id alone: whatever of this actor has it. */
static enum err undo_by_id(struct cx *cx, struct incoming *in, const struct json_value *object)
{
        static receive_function *const tries[] = {receive_undo_follow, receive_undo_like,
                                                  receive_undo_announce};
        for (size_t i = 0; i < countof(tries); i++) {
                TRY(tries[i](cx, in, object));
                if (in->verdict != VERDICT_IGNORED)
                        return OK;
        }
        return OK;
}

enum err receive_undo(struct cx *cx, struct incoming *in, const struct json_value *object)
{
        struct str actor = as_only_id(json_get(object, "actor"));
        if (object->type == JSON_STRING)
                return undo_by_id(cx, in, object);
        if (json_get(object, "actor") && !str_eq(actor, in->by.uri))
                return receive_refuse(in, "somebody_elses");
        if (as_is(object, "Follow"))
                return receive_undo_follow(cx, in, object);
        if (as_is(object, "Like") || as_is(object, "EmojiReact"))
                return receive_undo_like(cx, in, object);
        if (as_is(object, "Announce"))
                return receive_undo_announce(cx, in, object);
        if (as_is(object, "Block"))
                return receive_undo_block(cx, in, object);
        if (as_is(object, "Accept")) {
                const struct json_value *follow = as_only(json_get(object, "object"));
                return follow ? receive_reject(cx, in, follow) : receive_refuse(in, "no_object");
        }
        return json_get(object, "type") ? receive_ignore(in, "unknown_type")
                                        : undo_by_id(cx, in, object);
}

/* ---- Move ---- */

/* Both ends are asked for anew before this is decided: the old one says it by this activity, the
 * new one by listing the old among its own names (T098). Moves do not chain. */
static enum err check_move(struct cx *cx, struct incoming *in, struct str target,
                           struct account_known *to, bool *good)
{
        struct str_list aliases;
        *good = false;
        if (str_eq(target, in->by.uri))
                return receive_refuse(in, "moves_to_itself");
        if (in->by.moved_at && cx_now(cx) - in->by.moved_at < (int64_t)MOVE_PAUSE_MS)
                return receive_refuse(in, "moved_lately");
        enum err e = account_known_by_uri(cx, target, to);
        if (e)
                return e == ERR_MISSING ? receive_ignore(in, "unknown_target") : e;
        TRY(account_aliases(cx, to->id, &aliases));
        if (to->suspended || to->moved)
                return receive_refuse(in, "target_is_gone");
        for (size_t i = 0; i < aliases.n; i++)
                if (str_eq(aliases.v[i], in->by.uri))
                        *good = true;
        return *good ? OK : receive_refuse(in, "no_link_back");
}

enum err receive_move(struct cx *cx, struct incoming *in, const struct json_value *object)
{
        struct str target = as_only_id(json_get(in->activity, "target"));
        struct account_known to;
        struct address a;
        bool good;
        if (!str_eq(as_id(object), in->by.uri))
                return receive_refuse(in, "another_actor");
        if (!address_read(cx->arena, cx->settings, target, &a))
                return receive_refuse(in, "bad_target");
        if (!in->asked && !a.ours)
                return receive_later(in, NEED_ACTOR_NOW, target);
        TRY(check_move(cx, in, target, &to, &good));
        if (!good)
                return OK;
        TRY(account_moved(cx, in->by.id, to.id));
        TRY(job_add(cx, "move_followers",
                    str_fmt(cx->arena, "{\"from\":\"%lld\",\"to\":\"%lld\"}", (long long)in->by.id,
                            (long long)to.id),
                    str_int(cx->arena, in->by.id), 0));
        return receive_done(in);
}
