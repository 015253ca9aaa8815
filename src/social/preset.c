/* Bundles of switches: the built-in ones as they are for one login, and those a person made. Called
 * by the composer, the settings, and publishing. A bundle's numbers have names in JSON, so that one
 * kept years ago still reads when a switch is added. */
#include "lib/text/json.h"
#include "lib/text/unicode.h"
#include "social/switches.h"
#include "social/veil.h"

static const struct stmt OWN = {
        .name = "preset_own",
        .text = "SELECT id, name, switches FROM preset WHERE id = $1 AND account = $2",
        .in = "ii",
        .out = "iss",
};
static const struct stmt LIST = {
        .name = "preset_list",
        .text = "SELECT id, name, switches FROM preset WHERE account = $1 ORDER BY id LIMIT $2",
        .in = "ii",
        .out = "iss",
};
static const struct stmt ADD = {
        .name = "preset_add",
        .text = "INSERT INTO preset (id, account, name, visibility, quote_policy, pause, "
                "closes_in, switches) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        .in = "iisIiiis",
};
static const struct stmt RENAME = {
        .name = "preset_rename",
        .text = "UPDATE preset SET name = $3 WHERE id = $1 AND account = $2",
        .in = "iis",
};
static const struct stmt DROP = {
        .name = "preset_drop",
        .text = "DELETE FROM preset WHERE id = $1 AND account = $2",
        .in = "ii",
};
static const struct stmt CHOOSE = {
        .name = "preset_choose",
        .text = "UPDATE login SET preset = $2 WHERE account = $1",
        .in = "ii",
};
static const struct stmt UNCHOOSE = {
        .name = "preset_unchoose",
        .text = "UPDATE login SET preset = 0 WHERE account = $1 AND preset = $2",
        .in = "ii",
};
static const struct stmt DEFAULTS = {
        .name = "preset_defaults",
        .text = "SELECT l.show_counts, l.embeds, a.indexable, l.quote_policy FROM login l JOIN "
                "account a ON a.id = l.account WHERE l.account = $1",
        .in = "i",
        .out = "iiii",
};

/* ---- as JSON ---- */

static const char *const number_names[SWITCH_COUNT] = {
        [SWITCH_COMMENTS] = "comments",
        [SWITCH_REVIEW] = "review",
        [SWITCH_ALERTS] = "alerts",
        [SWITCH_CLOSE_THROUGH] = "close_through",
        [SWITCH_COUNTS_OTHERS] = "counts_others",
        [SWITCH_COUNTS_ME] = "counts_me",
        [SWITCH_BOOSTS] = "boosts",
        [SWITCH_EMBEDS] = "embeds",
        [SWITCH_INDEXING] = "indexing",
        [SWITCH_WISH] = "wish",
        [SWITCH_LETTERS] = "letters",
        [SWITCH_THINKING] = "thinking",
        [SWITCH_CAREFUL] = "careful",
        [SWITCH_REMINDERS] = "reminders",
        [SWITCH_QUOTES] = "quote_policy",
        [SWITCH_PAUSE] = "pause",
        [SWITCH_CLOSES_IN] = "closes_in",
        [SWITCH_VISIBILITY] = "visibility",
        [SWITCH_VEIL] = "veil",
        [SWITCH_VEIL_FOLDS] = "veil_folds",
};

void preset_numbers(const struct preset *p, int64_t *v)
{
        const struct switches *s = &p->switches;
        const int64_t all[SWITCH_COUNT] = {
                [SWITCH_COMMENTS] = s->comments,
                [SWITCH_REVIEW] = s->review,
                [SWITCH_ALERTS] = s->alerts,
                [SWITCH_CLOSE_THROUGH] = s->close_through,
                [SWITCH_COUNTS_OTHERS] = s->counts_others,
                [SWITCH_COUNTS_ME] = s->counts_me,
                [SWITCH_BOOSTS] = s->boosts,
                [SWITCH_EMBEDS] = s->embeds,
                [SWITCH_INDEXING] = s->indexing,
                [SWITCH_WISH] = s->wish,
                [SWITCH_LETTERS] = s->letters,
                [SWITCH_THINKING] = s->thinking,
                [SWITCH_CAREFUL] = s->careful,
                [SWITCH_REMINDERS] = s->reminders,
                [SWITCH_QUOTES] = p->quote_policy,
                [SWITCH_PAUSE] = p->pause,
                [SWITCH_CLOSES_IN] = p->closes_in,
                [SWITCH_VISIBILITY] = p->visibility,
                [SWITCH_VEIL] = p->veil,
                [SWITCH_VEIL_FOLDS] = p->veil_folds,
        };
        memcpy(v, all, sizeof all);
}

void preset_from_numbers(const int64_t *v, struct preset *p)
{
        p->switches = (struct switches){
                .preset = p->id,
                .comments = (enum who_comments)v[SWITCH_COMMENTS],
                .review = v[SWITCH_REVIEW] != 0,
                .alerts = (enum alerts)v[SWITCH_ALERTS],
                .close_through = v[SWITCH_CLOSE_THROUGH] != 0,
                .counts_others = v[SWITCH_COUNTS_OTHERS] != 0,
                .counts_me = v[SWITCH_COUNTS_ME] != 0,
                .boosts = v[SWITCH_BOOSTS] != 0,
                .embeds = v[SWITCH_EMBEDS] != 0,
                .indexing = v[SWITCH_INDEXING] != 0,
                .wish = (enum wish)v[SWITCH_WISH],
                .letters = v[SWITCH_LETTERS] != 0,
                .thinking = v[SWITCH_THINKING] != 0,
                .careful = v[SWITCH_CAREFUL] != 0,
                .reminders = v[SWITCH_REMINDERS] != 0,
        };
        p->quote_policy = (enum quote_policy)v[SWITCH_QUOTES];
        p->pause = v[SWITCH_PAUSE];
        p->closes_in = v[SWITCH_CLOSES_IN];
        p->visibility = (int)v[SWITCH_VISIBILITY];
        p->veil = (enum veil)v[SWITCH_VEIL];
        p->veil_folds = v[SWITCH_VEIL_FOLDS] != 0;
}

struct str preset_write(struct arena *a, const struct preset *p)
{
        int64_t v[SWITCH_COUNT];
        struct buf b = {0};
        struct json j;
        preset_numbers(p, v);
        json_open(&j, &b);
        json_object(&j, NULL);
        json_int(&j, "id", p->id);
        json_int(&j, "from", p->from);
        for (size_t i = 0; i < SWITCH_COUNT; i++)
                json_int(&j, number_names[i], v[i]);
        json_str(&j, "veil_words", p->veil_words.p ? p->veil_words : S(""));
        json_end(&j);
        return buf_take(a, &b);
}

bool preset_read(struct arena *a, struct str json, struct preset *ret)
{
        const struct json_value *j;
        int64_t v[SWITCH_COUNT];
        struct preset p = PRESETS[PRESET_EVERYDAY];
        if (!json.n || json_read(a, json, NULL, &j, NULL) || !j || j->type != JSON_OBJECT)
                return false;
        preset_numbers(&p, v);
        for (size_t i = 0; i < SWITCH_COUNT; i++)
                (void)json_i64(json_get(j, number_names[i]), &v[i]);
        (void)json_i64(json_get(j, "id"), &p.id);
        (void)json_i64(json_get(j, "from"), &p.from);
        preset_from_numbers(v, &p);
        p.veil_words = json_get_text(j, "veil_words");
        *ret = p;
        return true;
}

/* ---- reading ---- */

static enum err read_own(struct cx *cx, struct row *r, struct preset *p)
{
        int64_t id = row_int(r);
        struct str name = row_str(r);
        if (!preset_read(cx->arena, row_str(r), p))
                return ERR_FAULT;
        p->id = p->switches.preset = id;
        p->name = name;
        return OK;
}

/* "The account's default" in an everyday bundle, said out. */
static enum err fill(struct cx *cx, int64_t account, struct preset *everyday)
{
        struct row r;
        bool found;
        TRY(db_find(cx->db, &DEFAULTS, NULL, BIND(V(account)), &r, &found));
        if (!found)
                return OK;
        everyday->switches.counts_others = row_int(&r) != 0;
        everyday->switches.embeds = row_int(&r) != 0;
        everyday->switches.indexing = row_int(&r) != 0;
        everyday->quote_policy = (enum quote_policy)row_int(&r);
        return row_end(&r);
}

enum err preset_get(struct cx *cx, int64_t account, int64_t id, struct preset **ret)
{
        struct row r;
        struct preset *p = make(cx->arena, struct preset);
        if (id >= 0 && id < PRESET_CUSTOM) {
                *p = PRESETS[id];
                if (id == PRESET_EVERYDAY)
                        TRY(fill(cx, account, p));
        } else {
                TRY(db_one(cx->db, &OWN, cx->arena, BIND(V(id), V(account)), &r));
                TRY(read_own(cx, &r, p));
                TRY(row_end(&r));
        }
        *ret = p;
        return OK;
}

enum err preset_list(struct cx *cx, int64_t account, struct preset **ret, size_t *n)
{
        struct preset *v = make_n(cx->arena, PRESET_CUSTOM + PRESETS_MAX, struct preset);
        size_t k = PRESET_CUSTOM;
        struct row r;
        memcpy(v, PRESETS, sizeof PRESETS);
        TRY(fill(cx, account, &v[PRESET_EVERYDAY]));
        TRY(db_all(cx->db, &LIST, cx->arena, BIND(V(account), V(PRESETS_MAX)), &r));
        while (k < PRESET_CUSTOM + PRESETS_MAX && row_next(&r))
                TRY(read_own(cx, &r, &v[k++]));
        *ret = v;
        *n = k;
        return row_end(&r);
}

/* ---- changing ---- */

static enum err check_name(struct cx *cx, int64_t account, int64_t id, struct str *name)
{
        struct preset *v;
        size_t n;
        if (!name_clean(cx->arena, *name, name) || !name->n)
                return fail_field(cx, "preset_name", ERR_INPUT, "A preset needs a name.");
        if (utf8_count(*name) > PRESET_NAME_MAX)
                return fail_field(cx, "preset_name", ERR_INPUT,
                                  "A preset's name has at most %d characters.", PRESET_NAME_MAX);
        TRY(preset_list(cx, account, &v, &n));
        for (size_t i = 0; i < n; i++)
                if (v[i].id != id && str_eq(v[i].name, *name))
                        return fail_field(cx, "preset_name", ERR_INPUT,
                                          "You have a preset of this name already.");
        if (!id && n >= PRESET_CUSTOM + PRESETS_MAX)
                return fail_field(cx, "preset_name", ERR_INPUT,
                                  "You can keep at most %d presets of your own.", PRESETS_MAX);
        return OK;
}

enum err preset_create(struct cx *cx, int64_t account, const struct preset *p, int64_t *id)
{
        struct str name = p->name;
        struct photo_set veil = {.veil = p->veil, .veil_words = p->veil_words, .caption = S("")};
        struct preset clean = *p;
        TRY(check_name(cx, account, 0, &name));
        TRY(photo_set_check(cx, &veil));
        clean.veil_words = veil.veil_words;
        *id = cx_id(cx);
        return db_run(cx->db, &ADD,
                      BIND(V(*id), V(account), V(name),
                           p->visibility < 0 ? V_NULL : V(p->visibility), V(p->quote_policy),
                           V(p->pause), V(p->closes_in), V(preset_write(cx->arena, &clean))),
                      NULL);
}

enum err preset_rename(struct cx *cx, int64_t account, int64_t id, struct str name)
{
        int64_t changed;
        TRY(check_name(cx, account, id, &name));
        TRY(db_run(cx->db, &RENAME, BIND(V(id), V(account), V(name)), &changed));
        return changed ? OK : ERR_MISSING;
}

enum err preset_delete(struct cx *cx, int64_t account, int64_t id)
{
        int64_t changed;
        TRY(db_run(cx->db, &DROP, BIND(V(id), V(account)), &changed));
        if (!changed)
                return ERR_MISSING;
        return db_run(cx->db, &UNCHOOSE, BIND(V(account), V(id)), NULL);
}

enum err preset_choose(struct cx *cx, int64_t account, int64_t id)
{
        struct preset *p;
        TRY(preset_get(cx, account, id, &p));
        return db_run(cx->db, &CHOOSE, BIND(V(account), V(p->id)), NULL);
}

const struct stmt_list PRESET_STATEMENTS = {
        (const struct stmt *const[]){&OWN, &LIST, &ADD, &RENAME, &DROP, &CHOOSE, &UNCHOOSE,
                                     &DEFAULTS},
        8,
};
