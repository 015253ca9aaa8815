/* The table of switches in words, and reading the form made of it: see switches.h. */
#include "web/switches.h"
#include "lib/base/die.h"

static const struct switch_option comments[] = {
        {COMMENTS_ANYONE, "Anyone who can see it", "Anyone who can see it may comment."},
        {COMMENTS_FOLLOWERS, "My followers", "Your followers may comment."},
        {COMMENTS_FOLLOWED, "People I follow", "People you follow may comment."},
        {COMMENTS_MENTIONED, "People mentioned in it", "People mentioned in it may comment."},
        {COMMENTS_NOBODY, "Nobody", "Nobody comments."},
};
static const struct switch_option closes[] = {
        {0, "Never", "They never close."},
        {7, "After 7 days", "They close after 7 days."},
        {30, "After 30 days", "They close after 30 days."},
        {90, "After 90 days", "They close after 90 days."},
        {365, "After a year", "They close after a year."},
};
static const struct switch_option alerts[] = {
        {ALERTS_NORMAL, "Each one as it comes", "Each comment and favourite comes as it is."},
        {ALERTS_DIGEST, "Gathered in the digest",
         "None. What people write is gathered in your digest."},
        {ALERTS_WHEN_OPENED, "Gathered, and only when I open it",
         "None. What people write waits until you open it."},
};
static const struct switch_option quotes[] = {
        {QUOTE_PUBLIC, "Everybody", "Everybody may quote it."},
        {QUOTE_FOLLOWERS, "My followers", "Your followers may quote it."},
        {QUOTE_NOBODY, "Nobody", "Nobody may quote it."},
};
static const struct switch_option wishes[] = {
        {WISH_NONE, "I say nothing about it", "No wish is stated."},
        {WISH_FREE, "Free to reproduce with a link", "Your wish: free to reproduce with a link."},
        {WISH_ASK, "Ask me first", "Your wish: ask first."},
        {WISH_NO, "Please don’t", "Your wish: please don’t reproduce it."},
};
static const struct switch_option pauses[] = {
        {0, "It leaves at once", "It leaves when you press Send."},
        {120, "2 minutes", "2 minutes after you press Send."},
        {600, "10 minutes", "10 minutes after you press Send."},
        {1800, "30 minutes", "30 minutes after you press Send."},
};

static const struct switch_control about_comments[] = {
        {SWITCH_COMMENTS, "sw_comments", "Who may comment", NULL, NULL, NULL, comments,
         countof(comments)},
        {SWITCH_REVIEW, "sw_review", "Review comments first",
         "Nobody else sees a comment until you show it. Whoever wrote it is not told what you do.",
         "You read them first.", "They appear at once.", NULL, 0},
        {SWITCH_CAREFUL, "sw_careful", "Take care with people I do not know",
         "Their links stay plain text, and new accounts or names like yours are set apart.",
         "Words from strangers are handled with care.", NULL, NULL, 0},
        {SWITCH_CLOSES_IN, "sw_closes_in", "When comments close", NULL, NULL, NULL, closes,
         countof(closes)},
};
static const struct switch_control about_alerts[] = {
        {SWITCH_ALERTS, "sw_alerts", "What reaches me", NULL, NULL, NULL, alerts, countof(alerts)},
        {SWITCH_CLOSE_THROUGH, "sw_close_through", "Let people in Close through",
         "What they write reaches you as it comes.", "People in Close reach you all the same.",
         NULL, NULL, 0},
};
static const struct switch_control about_reach[] = {
        {SWITCH_BOOSTS, "sw_boosts", "People may boost it", NULL, "People may boost it.",
         "Nobody may boost it.", NULL, 0},
        {SWITCH_QUOTES, "sw_quotes", "Who may quote it", NULL, NULL, NULL, quotes, countof(quotes)},
};
static const struct switch_control about_counts[] = {
        {SWITCH_COUNTS_OTHERS, "sw_counts_others", "Others see how many", NULL,
         "Others see how many favourites, boosts and comments it has.", "Hidden from others.", NULL,
         0},
        {SWITCH_COUNTS_ME, "sw_counts_me", "I see how many", NULL, "You see them.",
         "Hidden from you.", NULL, 0},
};
static const struct switch_control about_letters[] = {
        {SWITCH_LETTERS, "sw_letters", "People may write me a letter about it",
         "Private words, with no answer due.", "People may write you a letter.", "No letters.",
         NULL, 0},
        {SWITCH_REMINDERS, "sw_reminders", "Readers may ask to be reminded of writing again",
         "A reminder shows them your name and the date, nothing of the post.",
         "Readers may be reminded to write again.", "No reminders to write.", NULL, 0},
};
static const struct switch_control about_copies[] = {
        {SWITCH_INDEXING, "sw_indexing", "Search engines may keep it",
         "Only if anybody can see it.", "Search engines may keep it.",
         "Search engines are asked to stay away.", NULL, 0},
        {SWITCH_EMBEDS, "sw_embeds", "Other sites may show it in a frame",
         "The frame shows the living post, so changes and deletion carry through.",
         "Other sites may show it in a frame.", "No frames on other sites.", NULL, 0},
        {SWITCH_WISH, "sw_wish", "My wish about reproducing it",
         "This asks; it cannot stop screenshots.", NULL, NULL, wishes, countof(wishes)},
};
static const struct switch_control about_name[] = {
        {SWITCH_THINKING, "sw_thinking", "Call it “Thinking of you”",
         "A label on these pages; in apps and elsewhere it is an ordinary favourite.",
         "Called “Thinking of you”.", "Called Favourite.", NULL, 0},
};
static const struct switch_control about_pause[] = {
        {SWITCH_PAUSE, "sw_pause", "How long it waits before it leaves",
         "Until then nothing leaves the server, and you can cancel.", NULL, NULL, pauses,
         countof(pauses)},
};

static const struct switch_option veils[] = {
        {VEIL_NONE, "No veil", "Photos begin without a veil."},
        {VEIL_ALL, "For everybody", "Photos begin with your veil."},
        {VEIL_STRANGERS, "For people who don’t follow me",
         "Photos begin with your veil, for people who do not follow you."},
};
static const struct switch_option folds[] = {
        {0, "Blur the photos there", "Other servers and apps blur them."},
        {1, "Fold the post under my words",
         "Other servers and apps fold the post under your words."},
};
static const struct switch_control about_veils[] = {
        {SWITCH_VEIL, "sw_veil", "Veil over photos",
         "What each photo begins with; beside a photo you can say otherwise.", NULL, NULL, veils,
         countof(veils)},
        {SWITCH_VEIL_FOLDS, "sw_veil_folds", "On other servers and in apps", NULL, NULL, NULL,
         folds, countof(folds)},
};

#define GROUP(name, v)                                                                             \
        {                                                                                          \
                name, false, v, countof(v)                                                         \
        }
const struct switch_group SWITCH_GROUPS[] = {
        GROUP("Comments", about_comments),
        GROUP("Alerts", about_alerts),
        GROUP("Counts", about_counts),
        GROUP("Boosts and quotes", about_reach),
        GROUP("Letters and reminders", about_letters),
        GROUP("Search, frames and copies", about_copies),
        GROUP("The favourite", about_name),
        {"Veils over photos", true, about_veils, countof(about_veils)},
        {"Time to change your mind", true, about_pause, countof(about_pause)},
};
const size_t SWITCH_GROUPS_COUNT = countof(SWITCH_GROUPS);

int64_t switches_value(const struct preset *p, enum switch_number number)
{
        int64_t v[SWITCH_COUNT];
        preset_numbers(p, v);
        return v[number];
}

static const char *sentence_of(const struct switch_control *c, int64_t value)
{
        if (!c->n)
                return value ? c->on : c->off;
        for (size_t i = 0; i < c->n; i++)
                if (c->options[i].value == value)
                        return c->options[i].sentence;
        return NULL;
}

struct str switches_words(struct arena *a, const struct switch_group *g, const struct preset *p)
{
        struct str words = S("");
        int64_t v[SWITCH_COUNT];
        preset_numbers(p, v);
        for (size_t i = 0; i < g->n; i++) {
                const char *s = sentence_of(&g->v[i], v[g->v[i].number]);
                /* Where nobody may comment, the rest about comments says nothing; likewise of
                 * veils. */
                if (s)
                        words = words.n ? str_fmt(a, "%.*s %s", STR_ARG(words), s) : str_of(s);
                if (g->v[i].number == SWITCH_COMMENTS && v[SWITCH_COMMENTS] == COMMENTS_NOBODY)
                        break;
                if (g->v[i].number == SWITCH_VEIL && v[SWITCH_VEIL] == VEIL_NONE)
                        break;
        }
        return words;
}

/* ---- the form ---- */

static const struct preset *find(const struct switches_form *f, int64_t id)
{
        for (size_t i = 0; i < f->n; i++)
                if (f->all[i].id == id)
                        return &f->all[i];
        return NULL;
}

static void fill_from(struct switches_form *f, const struct preset *p)
{
        f->of = p;
        f->now = *p;
        f->changed = false;
}

enum err switches_form_open(struct cx *cx, int64_t account, const struct preset *as_it_is,
                            int64_t id, struct switches_form *f)
{
        struct preset *all;
        size_t n;
        TRY(preset_list(cx, account, &all, &n));
        f->sent = as_it_is != NULL;
        if (as_it_is) {
                struct preset *more = make_n(cx->arena, n + 1, struct preset);
                more[0] = *as_it_is;
                more[0].id = SWITCHES_AS_THEY_ARE;
                memcpy(more + 1, all, n * sizeof *all);
                all = more;
                n++;
        }
        f->all = all;
        f->n = n;
        const struct preset *p = find(f, id);
        fill_from(f, p ? p : find(f, PRESET_EVERYDAY));
        return OK;
}

/* A value that is offered, or the one the form was filled with. */
static int64_t read_control(struct req *rq, const struct switch_control *c, int64_t otherwise)
{
        struct str given = req_param(rq, c->id);
        int64_t v;
        if (!c->n)
                return str_eq(given, S("yes"));
        if (!str_to_i64(given, &v))
                return otherwise;
        for (size_t i = 0; i < c->n; i++)
                if (c->options[i].value == v)
                        return v;
        return otherwise;
}

static void read_controls(struct req *rq, const int64_t *filled, int64_t *given)
{
        memcpy(given, filled, SWITCH_COUNT * sizeof *given);
        for (size_t i = 0; i < SWITCH_GROUPS_COUNT; i++)
                for (size_t k = 0; k < SWITCH_GROUPS[i].n; k++) {
                        const struct switch_control *c = &SWITCH_GROUPS[i].v[k];
                        given[c->number] = read_control(rq, c, filled[c->number]);
                }
}

static bool differs(const struct switches_form *f)
{
        int64_t bare[SWITCH_COUNT], now[SWITCH_COUNT];
        preset_numbers(f->of, bare);
        preset_numbers(&f->now, now);
        return memcmp(bare, now, sizeof now) != 0 || !str_eq(f->of->veil_words, f->now.veil_words);
}

void switches_form_read(struct req *rq, struct switches_form *f)
{
        int64_t id, of, filled[SWITCH_COUNT], given[SWITCH_COUNT], now[SWITCH_COUNT];
        const struct preset *from = NULL, *picked = NULL;
        if (str_to_i64(req_param(rq, "preset"), &id))
                picked = find(f, id);
        if (str_to_i64(req_param(rq, "switches_of"), &of))
                from = find(f, of);
        f->name = req_param(rq, "preset_name");
        if (picked || from)
                fill_from(f, picked ? picked : from);
        if (!from)
                return;
        preset_numbers(from, filled);
        read_controls(rq, filled, given);
        preset_numbers(f->of, now);
        for (size_t i = 0; i < SWITCH_COUNT; i++)
                if (given[i] != filled[i])
                        now[i] = given[i];
        preset_from_numbers(now, &f->now);
        struct str words = req_param(rq, "sw_veil_words");
        if (words.p && !str_eq(str_trim(words), from->veil_words))
                f->now.veil_words = words;
        f->before = from;
        f->changed = differs(f);
}

void switches_form_set(struct switches_form *f, const struct preset *bundle)
{
        int64_t id = bundle->id == PRESET_CUSTOM ? bundle->from : bundle->id;
        const struct preset *p = find(f, id);
        fill_from(f, p ? p : find(f, PRESET_EVERYDAY));
        f->now = *bundle;
        f->changed = differs(f);
}

struct preset *switches_form_bundle(struct arena *a, const struct switches_form *f)
{
        struct preset *p = make(a, struct preset);
        *p = f->now;
        p->from = f->of->id;
        if (f->changed)
                p->id = PRESET_CUSTOM;
        else if (p->id == SWITCHES_AS_THEY_ARE)
                p->id = f->of->switches.preset;
        p->switches.preset = p->id;
        return p;
}
