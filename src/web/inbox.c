/* /quiet-inbox: what waits for an author or a keeper, in piles; reading them one at a time or as a
 * page; showing, keeping, declining, and taking that back. Whatever is pressed twice or at the same
 * moment by two people ends in one of their choices and a sentence. */
#include "web/inbox.h"
#include "lib/base/die.h"
#include "social/quiet_place.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/done.h"
#include "web/inbox.html.h"
#include "web/web.h"

enum { LETTERS_A_PAGE = 20 };

const char *const INBOX_NAMES[INBOX_PILES] = {"followed", "others", "check",
                                              "aside",    "late",   "letters"};
/* For authors; and what stands before and after the author's name for a keeper. */
static const struct {
        const char *title, *sentence;
        const char *their_title[2], *their_sentence[2];
} piles[INBOX_PILES] = {
        {"People you follow",
         "Comments of people you follow.",
         {"People ", " follows"},
         {"Comments of people ", " follows."}},
        {"Others",
         "Comments of people you do not follow.",
         {NULL, NULL},
         {"Comments of people ", " does not follow."}},
        {"Check first",
         "New accounts, and names that look like yours.",
         {NULL, NULL},
         {"New accounts, and names that look like that of ", "."}},
        {"Set aside",
         "Comments with words you’d rather not read.",
         {NULL, NULL},
         {"Comments with words that ", " would rather not read."}},
        {"Late",
         "Comments that arrive after the post has closed wait here.",
         {NULL, NULL},
         {NULL, NULL}},
        {"Letters",
         "Only the authors read letters. Their writers are told nothing.",
         {NULL, NULL},
         {NULL, NULL}},
};

static int pile_named(struct str name)
{
        for (int i = 0; i < INBOX_PILES; i++)
                if (str_eq(name, str_of(INBOX_NAMES[i])))
                        return i;
        return -1;
}

static struct str inbox_path(struct arena *a, int64_t thread, int pile, int64_t after, bool one)
{
        struct str s = S("/quiet-inbox");
        const char *join = "?";
        if (thread) {
                s = str_fmt(a, "%.*s%spost=%lld", STR_ARG(s), join, (long long)thread);
                join = "&";
        }
        if (pile < 0)
                return s;
        s = str_fmt(a, "%.*s%spile=%s", STR_ARG(s), join, INBOX_NAMES[pile]);
        if (after)
                s = str_fmt(a, "%.*s&after=%lld", STR_ARG(s), (long long)after);
        return str_fmt(a, "%.*s%s#%s", STR_ARG(s), one ? "&one=yes" : "", INBOX_NAMES[pile]);
}

/* ---- the page ---- */

static enum err load_root(struct req *rq, struct inbox_page *v)
{
        struct cards c;
        enum hand_role role;
        if (!v->thread)
                return OK;
        TRY(hand_of(rq->cx, v->thread, rq->viewer->account, &role));
        if (role == HAND_NONE)
                return ERR_MISSING;
        v->author = role != HAND_KEEPER;
        TRY(cards_load(rq->cx, rq->viewer, &v->thread, 1, &c));
        if (!c.n)
                return OK;
        v->root = &c.v[0];
        v->root_path = path_of_post(rq->arena, v->root->author, v->thread);
        return OK;
}

static struct str said_of(struct arena *a, const char *const around[2], struct str name,
                          const char *plain)
{
        if (!around[0] || !name.n)
                return str_of(plain);
        return str_fmt(a, "%s%.*s%s", around[0], STR_ARG(name), around[1]);
}

static enum err load_piles(struct req *rq, struct inbox_page *v)
{
        struct pile_row rows[INBOX_PILES] = {0};
        struct str whose =
                v->root && !v->author ? account_name(v->root->author) : STR_NONE; /* a keeper's */
        TRY(comment_piles(rq->cx, rq->viewer, v->thread, rows));
        TRY(letter_pile(rq->cx, rq->viewer, v->thread, &rows[INBOX_LETTERS]));
        for (int i = 0; i < INBOX_PILES; i++)
                v->piles[i] = (struct inbox_pile){
                        .name = INBOX_NAMES[i],
                        .title = said_of(rq->arena, piles[i].their_title, whose, piles[i].title),
                        .sentence = said_of(rq->arena, piles[i].their_sentence, whose,
                                            piles[i].sentence),
                        .names = rows[i].names,
                        .count = rows[i].count,
                        .open = i == v->open,
                        .path = inbox_path(rq->arena, v->thread, i, 0, false),
                        .path_one = inbox_path(rq->arena, v->thread, i, 0, true),
                };
        return OK;
}

/* Authors thank; a keeper's thanks would be nobody's. */
static enum err load_thankable(struct req *rq, struct inbox_page *v)
{
        size_t n = v->cards.n + v->n_letters;
        int64_t last = 0;
        bool may = false;
        v->thankable = make_n(rq->arena, n + 1, bool);
        for (size_t i = 0; i < n; i++) {
                enum hand_role role;
                int64_t thread = i < v->cards.n ? v->cards.v[i].post->thread
                                                : v->letters[i - v->cards.n].thread;
                if (thread != last) {
                        TRY(hand_of(rq->cx, thread, rq->viewer->account, &role));
                        may = role == HAND_AUTHOR || role == HAND_CO_AUTHOR;
                }
                last = thread;
                v->thankable[i] = may;
        }
        return OK;
}

/* One more than shown, to know whether anything follows. */
static enum err load_comments(struct req *rq, struct inbox_page *v, int64_t after)
{
        size_t most = v->one ? 1 : PILE_PAGE, n;
        int64_t *ids;
        TRY(comment_pile(rq->cx, rq->viewer, v->thread, (enum pile)v->open, after, most + 1, &ids,
                         &n));
        if (n > most)
                v->more = inbox_path(rq->arena, v->thread, v->open, ids[most - 1], v->one);
        TRY(cards_load(rq->cx, rq->viewer, ids, n < most ? n : most, &v->cards));
        return OK;
}

static enum err load_writers(struct req *rq, struct inbox_page *v)
{
        int64_t *ids = make_n(rq->arena, v->n_letters + 1, int64_t);
        struct account **people;
        size_t n;
        for (size_t i = 0; i < v->n_letters; i++)
                ids[i] = v->letters[i].sender;
        v->writers = make_n(rq->arena, v->n_letters + 1, const struct account *);
        TRY(account_get_many(rq->cx, ids, v->n_letters, &people, &n));
        for (size_t i = 0; i < v->n_letters; i++)
                v->writers[i] = account_among(people, n, ids[i]);
        return OK;
}

static enum err load_letters(struct req *rq, struct inbox_page *v, int64_t after)
{
        size_t most = v->one ? 1 : LETTERS_A_PAGE;
        struct letter *l;
        TRY(letter_list(rq->cx, rq->viewer, v->thread, LETTER_WAITS, after, most + 1, &l,
                        &v->n_letters));
        v->letters = l;
        if (v->n_letters > most) {
                v->n_letters = most;
                v->more = inbox_path(rq->arena, v->thread, v->open, l[most - 1].id, v->one);
        }
        return load_writers(rq, v);
}

static enum err web_inbox(struct req *rq)
{
        struct inbox_page v = {.thread = req_param_id(rq, "post"),
                               .open = pile_named(req_param(rq, "pile")),
                               .one = req_param(rq, "one").n != 0,
                               .undo = req_param_id(rq, "undo")};
        struct quiet_place place;
        int64_t after = req_param_id(rq, "after");
        TRY(load_root(rq, &v));
        TRY(load_piles(rq, &v));
        if (v.open == INBOX_LETTERS)
                TRY(load_letters(rq, &v, after));
        else if (v.open >= 0)
                TRY(load_comments(rq, &v, after));
        TRY(load_thankable(rq, &v));
        TRY(quiet_place_get(rq->cx, rq->viewer->account, &place));
        v.here = inbox_path(rq->arena, v.thread, v.open, after, v.one);
        v.first_visit = !place.visited;
        v.numbers = place.numbers;
        v.place = v.open < 0 ? web_own_path(place.place, STR_NONE) : STR_NONE;
        struct web_page p = {.title = S("Quiet inbox"), .here = HERE_INBOX, .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_inbox_body(h, &p, &v);
        return web_close(h, &p);
}

/* Letters that were kept, or put away: they are there to be read again. */
static enum err load_sorted_letters(struct req *rq, struct inbox_page *v)
{
        struct letter *l;
        enum letter_state state = v->sorted == COMMENT_KEPT ? LETTER_KEPT : LETTER_AWAY;
        TRY(letter_list(rq->cx, rq->viewer, v->thread, state, req_param_id(rq, "after_letter"),
                        LETTERS_A_PAGE + 1, &l, &v->n_letters));
        v->letters = l;
        if (v->n_letters > LETTERS_A_PAGE) {
                v->n_letters = LETTERS_A_PAGE;
                v->more_letters = str_fmt(rq->arena, "%.*s&after_letter=%lld#letters",
                                          STR_ARG(v->here), (long long)l[LETTERS_A_PAGE - 1].id);
        }
        return load_writers(rq, v);
}

static enum err web_inbox_sorted_page(struct req *rq)
{
        struct inbox_page v = {.thread = req_param_id(rq, "post"),
                               .undo = req_param_id(rq, "undo")};
        int64_t *ids;
        size_t n;
        bool declined = str_eq(req_param(rq, "state"), S("declined"));
        v.sorted = declined ? COMMENT_DECLINED : COMMENT_KEPT;
        TRY(comment_sorted(rq->cx, rq->viewer, v.thread, v.sorted, req_param_id(rq, "after"),
                           PILE_PAGE + 1, &ids, &n));
        v.here = str_fmt(rq->arena, "/quiet-inbox/sorted?post=%lld&state=%s", (long long)v.thread,
                         declined ? "declined" : "kept");
        if (n > PILE_PAGE)
                v.more = str_fmt(rq->arena, "%.*s&after=%lld", STR_ARG(v.here),
                                 (long long)ids[PILE_PAGE - 1]);
        TRY(cards_load(rq->cx, rq->viewer, ids, n < PILE_PAGE ? n : PILE_PAGE, &v.cards));
        TRY(load_thankable(rq, &v));
        TRY(load_sorted_letters(rq, &v));
        struct web_page p = {.title = S("Quiet inbox"), .here = HERE_INBOX, .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_inbox_sorted(h, &p, &v);
        return web_close(h, &p);
}

/* ---- what is pressed ---- */

static const struct {
        const char *name;
        enum comment_verb verb;
        enum letter_state letter;
        const char *done, *done_letter;
} verbs[] = {
        {"show", COMMENT_SHOW, LETTER_KEPT, "shown", "kept"},
        {"keep", COMMENT_KEEP, LETTER_KEPT, "kept", "kept"},
        {"decline", COMMENT_DECLINE, LETTER_AWAY, "declined_comment", "away"},
        {"hide", COMMENT_HIDE, LETTER_AWAY, "hidden", "away"},
};

static void back_with(struct req *rq, const char *done, int64_t undo)
{
        struct str to = web_done_path(rq->arena, web_back(rq), done);
        if (undo) {
                size_t hash = str_find_char(to, '#');
                to = str_fmt(rq->arena, "%.*s&undo=%lld%.*s", STR_ARG(str_cut(to, 0, hash)),
                             (long long)undo, STR_ARG(str_after(to, hash)));
        }
        reply_redirect(rq, to);
}

static enum err sort(struct req *rq, size_t i)
{
        int64_t comment = req_param_id(rq, "comment"), letter = req_param_id(rq, "letter"), batch,
                expect;
        if (letter) {
                TRY(letter_sort(rq->cx, rq->viewer, letter, verbs[i].letter, &batch));
                back_with(rq, verbs[i].done_letter, batch);
                return OK;
        }
        if (!comment || !str_to_i64(req_param(rq, "expect"), &expect) || expect < 0 ||
            expect > COMMENT_DECLINED)
                return ERR_INPUT;
        TRY(comment_sort(rq->cx, rq->viewer, comment, verbs[i].verb, (enum comment_state)expect,
                         &batch));
        back_with(rq, verbs[i].done, batch);
        return OK;
}

static enum err show_all(struct req *rq)
{
        int64_t batch;
        int pile = pile_named(req_param(rq, "pile"));
        if (pile < 0 || pile >= PILES_)
                return ERR_INPUT;
        TRY(comment_show_pile(rq->cx, rq->viewer, req_param_id(rq, "post"), (enum pile)pile,
                              &batch));
        back_with(rq, "shown_all", batch);
        return OK;
}

static enum err press(struct req *rq, struct str what, struct quiet_place *place)
{
        for (size_t i = 0; i < countof(verbs); i++)
                if (str_eq(what, str_of(verbs[i].name)))
                        return sort(rq, i);
        if (str_eq(what, S("show_all")))
                return show_all(rq);
        if (str_eq(what, S("undo"))) {
                TRY(comment_undo(rq->cx, rq->viewer, req_param_id(rq, "batch")));
                back_with(rq, "undone", 0);
        } else if (str_eq(what, S("numbers"))) {
                place->numbers = !place->numbers;
                reply_redirect(rq, web_back(rq));
        } else if (str_eq(what, S("stop"))) {
                place->place = web_back(rq);
                if (!str_has(place->place, S("pile=")))
                        place->place = S("");
                reply_redirect(rq, S("/?done=stopped"));
        } else {
                return ERR_MISSING;
        }
        return OK;
}

static enum err web_inbox_press(struct req *rq)
{
        struct quiet_place place;
        TRY(quiet_place_get(rq->cx, rq->viewer->account, &place));
        bool numbers = place.numbers, visited = place.visited;
        struct str was = place.place;
        TRY(press(rq, req_param(rq, "do"), &place));
        place.visited = true;
        if (visited && numbers == place.numbers && str_eq(was, place.place))
                return OK;
        return quiet_place_set(rq->cx, rq->viewer->account, &place);
}

static const struct route routes[] = {
        {"GET", "/quiet-inbox", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, web_inbox, 0, 0},
        {"POST", "/quiet-inbox", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE, web_inbox_press, 0,
         0},
        {"GET", "/quiet-inbox/sorted", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ,
         web_inbox_sorted_page, 0, 0},
};
const struct route_list WEB_INBOX_ROUTES = {DOOR_PAGE, routes, countof(routes)};
