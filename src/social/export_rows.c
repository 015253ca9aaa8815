/* The files of an export that are rows: see export_rows.h. Called by the job that puts an export
 * together, and by the page that hands the CSV files out one by one. What others did is in none of
 * them: not who muted or blocked this person, not what became of their comments and letters. */
#include "social/export_rows.h"
#include "lib/text/csv.h"
#include "lib/text/json.h"
#include "social/audience.h"

enum { ROWS_AT_ONCE = 500 };

/* Parameters: whose; the last row seen; how many; our domain, or our address where a post is named.
 * The first column is the cursor. */

static const struct stmt FOLLOWING = {
        .name = "export_following",
        .text = "SELECT f.id, a.username || '@' || CASE a.domain WHEN '' THEN $4 ELSE a.domain END,"
                " CASE f.boosts WHEN 0 THEN 'false' ELSE 'true' END, CASE f.notify WHEN 0 THEN "
                "'false' ELSE 'true' END,"
                " COALESCE(REPLACE(REPLACE(REPLACE(f.languages, '[\"', ''), '\"]', ''), '\",\"', "
                "', '), '')"
                " FROM follow f JOIN account a ON a.id = f.target WHERE f.account = $1 AND f.state "
                "= 1 AND f.id > $2 ORDER BY f.id LIMIT $3",
        .in = "iiis",
        .out = "issss",
};
static const struct stmt FOLLOWERS = {
        .name = "export_followers",
        .text = "SELECT f.id, a.username || '@' || CASE a.domain WHEN '' THEN $4 ELSE a.domain END"
                " FROM follow f JOIN account a ON a.id = f.account WHERE f.target = $1 AND f.state "
                "= 1 AND f.id > $2 ORDER BY f.id LIMIT $3",
        .in = "iiis",
        .out = "is",
};
static const struct stmt LISTS = {
        .name = "export_lists",
        .text = "SELECT m.id, l.title, a.username || '@' || CASE a.domain WHEN '' THEN $4 ELSE "
                "a.domain END"
                " FROM list l JOIN list_member m ON m.list = l.id JOIN account a ON a.id = "
                "m.account"
                " WHERE l.account = $1 AND l.audience = 0 AND m.id > $2 ORDER BY m.id LIMIT $3",
        .in = "iiis",
        .out = "iss",
};
static const struct stmt AUDIENCES = {
        .name = "export_audiences",
        .text = "SELECT m.id, l.title, a.username || '@' || CASE a.domain WHEN '' THEN $4 ELSE "
                "a.domain END"
                " FROM list l JOIN list_member m ON m.list = l.id JOIN account a ON a.id = "
                "m.account"
                " WHERE l.account = $1 AND l.audience = 1 AND m.id > $2 ORDER BY m.id LIMIT $3",
        .in = "iiis",
        .out = "iss",
};
static const struct stmt MUTED = {
        .name = "export_muted",
        .text = "SELECT m.id, a.username || '@' || CASE a.domain WHEN '' THEN $4 ELSE a.domain "
                "END, CASE m.notifications WHEN 0 THEN 'false' ELSE 'true' END"
                " FROM mute m JOIN account a ON a.id = m.target WHERE m.account = $1 AND m.id > $2 "
                "ORDER BY m.id LIMIT $3",
        .in = "iiis",
        .out = "iss",
};
static const struct stmt BLOCKED = {
        .name = "export_blocked",
        .text = "SELECT b.id, a.username || '@' || CASE a.domain WHEN '' THEN $4 ELSE a.domain END"
                " FROM block b JOIN account a ON a.id = b.target WHERE b.account = $1 AND b.id > "
                "$2 ORDER BY b.id LIMIT $3",
        .in = "iiis",
        .out = "is",
};
static const struct stmt DOMAINS = {
        .name = "export_domains",
        .text = "SELECT id, domain FROM domain_block WHERE account = $1 AND id > $2 ORDER BY id "
                "LIMIT $3",
        .in = "iii",
        .out = "is",
};
static const struct stmt BOOKMARKS = {
        .name = "export_bookmarks",
        .text = "SELECT k.id, COALESCE(p.uri, $4 || '/users/' || pa.username || '/statuses/' || "
                "CAST(p.id AS TEXT))"
                " FROM mark k JOIN post p ON p.id = k.post JOIN account pa ON pa.id = p.account"
                " WHERE k.account = $1 AND k.kind = 1 AND k.id > $2"
                " AND " VISIBLE_TO("$1") " ORDER BY k.id LIMIT $3",
        .in = "iiis",
        .out = "is",
};
static const struct stmt POSTS = {
        .name = "export_posts",
        .text = "SELECT p.id, p.id, p.created_at, p.edited_at, p.text, p.spoiler,"
                " CASE p.audience WHEN 0 THEN 'public' WHEN 1 THEN 'unlisted' WHEN 2 THEN 'private'"
                " WHEN 3 THEN 'audience' WHEN 4 THEN 'direct' ELSE 'self' END,"
                " al.title, p.local_only, p.sensitive, p.language, p.reply_to, p.quote_of,"
                " s.preset, s.comments, s.review, s.closes_at, s.letters, s.boosts, "
                "s.counts_others, s.wish"
                " FROM post p LEFT JOIN list al ON al.id = p.audience_list LEFT JOIN switches s ON "
                "s.post = p.id"
                " WHERE p.account = $1 AND p.boost_of IS NULL AND p.id > $2 ORDER BY p.id LIMIT $3",
        .in = "iii",
        .out = "iIIISSSSIISIIIIIIIIII",
};
static const struct stmt IN_JOURNALS = {
        .name = "export_in_journals",
        .text = "SELECT w.post, w.post, j.username, p.created_at, p.text, p.spoiler"
                " FROM journal_post w JOIN post p ON p.id = w.post JOIN account j ON j.id = "
                "p.account"
                " WHERE w.writer = $1 AND w.post > $2 ORDER BY w.post LIMIT $3",
        .in = "iii",
        .out = "iISISS",
};
static const struct stmt LIST_ROWS = {
        .name = "export_list_rows",
        .text = "SELECT id, title, audience, exclusive,"
                " CASE replies_policy WHEN 0 THEN 'followed' WHEN 1 THEN 'list' ELSE 'none' END, "
                "created_at"
                " FROM list WHERE account = $1 AND id > $2 ORDER BY id LIMIT $3",
        .in = "iii",
        .out = "iSIISI",
};
static const struct stmt FILTER_ROWS = {
        .name = "export_filters",
        .text = "SELECT f.id, f.id, f.title, f.contexts, f.action, f.expires_at, u.days"
                " FROM filter f LEFT JOIN pause u ON u.filter = f.id WHERE f.account = $1 AND f.id "
                "> $2 ORDER BY f.id LIMIT $3",
        .in = "iii",
        .out = "iISIIII",
};
static const struct stmt FILTER_WORDS = {
        .name = "export_filter_words",
        .text = "SELECT k.id, k.filter, k.keyword, k.whole_word"
                " FROM filter f JOIN filter_keyword k ON k.filter = f.id WHERE f.account = $1 AND "
                "k.id > $2 ORDER BY k.id LIMIT $3",
        .in = "iii",
        .out = "iISI",
};
static const struct stmt RATHER_NOT = {
        .name = "export_rather_not",
        .text = "SELECT id, words FROM rather_not WHERE account = $1 AND id > $2 ORDER BY id LIMIT "
                "$3",
        .in = "iii",
        .out = "iS",
};
static const struct stmt LETTERS_GOT = {
        .name = "export_letters_got",
        .text = "SELECT l.id, l.created_at, l.name, a.username || '@' || CASE a.domain WHEN '' "
                "THEN $4 ELSE a.domain END, l.thread, l.text, l.thanked_at"
                " FROM letter l LEFT JOIN account a ON a.id = l.sender WHERE l.owner = $1 AND l.id "
                "> $2 ORDER BY l.id LIMIT $3",
        .in = "iiis",
        .out = "iISSISI",
};
static const struct stmt LETTERS_WRITTEN = {
        .name = "export_letters_written",
        .text = "SELECT l.id, l.created_at, a.username || '@' || CASE a.domain WHEN '' THEN $4 "
                "ELSE a.domain END, l.thread, l.text"
                " FROM letter l JOIN account a ON a.id = l.owner WHERE l.sender = $1 AND l.id > $2 "
                "ORDER BY l.id LIMIT $3",
        .in = "iiis",
        .out = "iISIS",
};
static const struct stmt PRESETS_OWN = {
        .name = "export_presets",
        .text = "SELECT id, name, visibility, quote_policy, pause, closes_in, switches"
                " FROM preset WHERE account = $1 AND id > $2 ORDER BY id LIMIT $3",
        .in = "iii",
        .out = "iSIIIIS",
};
static const struct stmt SETTINGS = {
        .name = "export_settings",
        .text = "SELECT l.account, l.email, l.locale, l.zone, l.language, CASE l.visibility WHEN 0 "
                "THEN 'public' WHEN 1 THEN 'unlisted' ELSE 'private' END,"
                " l.sensitive, l.quote_policy, l.show_counts, l.need_alt, l.theme, l.text_size, "
                "l.show_media,"
                " l.expand_notes, l.policy, l.preset, l.embeds, l.apps_show, l.visitor_letters, "
                "l.digest_hour,"
                " l.digest_mail, l.quiet_line, l.open_veils, l.photos_stay, l.remind_mail, "
                "l.created_at"
                " FROM login l WHERE l.account = $1 AND l.account > $2 LIMIT $3",
        .in = "iii",
        .out = "iSSSSSIIIISSSISIIIIIISIIII",
};
static const struct stmt WAYS = {
        .name = "export_ways",
        .text = "SELECT w.id, w.post, w.kind, w.state, w.label, w.link, w.words"
                " FROM post p JOIN way w ON w.post = p.id WHERE p.account = $1 AND (p.has / 256) % "
                "2 = 1 AND w.id > $2 ORDER BY w.id LIMIT $3",
        .in = "iii",
        .out = "iIIISSS",
};
static const struct stmt DAYS = {
        .name = "export_days",
        .text = "SELECT id, name, words, length, month, day, south, post, note, pinned, mail, is_on"
                " FROM remembered_day WHERE account = $1 AND id > $2 ORDER BY id LIMIT $3",
        .in = "iii",
        .out = "iSSIIIIIIIII",
};
static const struct stmt DRAFTS = {
        .name = "export_drafts",
        .text = "SELECT id, updated_at, params FROM draft WHERE account = $1 AND id > $2 ORDER BY "
                "id LIMIT $3",
        .in = "iii",
        .out = "iIS",
};
static const struct stmt SCHEDULED_POSTS = {
        .name = "export_scheduled",
        .text = "SELECT id, at, params FROM scheduled WHERE account = $1 AND id > $2 ORDER BY id "
                "LIMIT $3",
        .in = "iii",
        .out = "iIS",
};
static const struct stmt ALBUMS = {
        .name = "export_albums",
        .text = "SELECT id, id, title, words, place FROM album WHERE account = $1 AND id > $2 "
                "ORDER BY id LIMIT $3",
        .in = "iii",
        .out = "iISSI",
};
static const struct stmt ALBUM_PHOTOS = {
        .name = "export_album_photos",
        .text = "SELECT m.id, x.album, x.place, m.file"
                " FROM album b JOIN album_photo x ON x.album = b.id JOIN media m ON m.id = x.media "
                "WHERE b.account = $1 AND m.id > $2 ORDER BY m.id LIMIT $3",
        .in = "iii",
        .out = "iIIS",
};
static const struct stmt JOURNALS = {
        .name = "export_journals",
        .text = "SELECT o.journal, a.username, a.display_name, a.note, j.reach, j.state, j.banner, "
                "j.memory, j.memory_from, j.memory_to"
                " FROM journal_owner o JOIN journal j ON j.account = o.journal JOIN account a ON "
                "a.id = o.journal"
                " WHERE o.account = $1 AND o.state = 1 AND o.journal > $2 ORDER BY o.journal LIMIT "
                "$3",
        .in = "iii",
        .out = "iSSSIISSSS",
};
static const struct stmt TAGS = {
        .name = "export_tags",
        .text = "SELECT f.id, t.display FROM tag_follow f JOIN tag t ON t.id = f.tag WHERE "
                "f.account = $1 AND f.id > $2 ORDER BY f.id LIMIT $3",
        .in = "iii",
        .out = "iS",
};
static const struct stmt NOTES = {
        .name = "export_notes",
        .text = "SELECT n.target, a.username || '@' || CASE a.domain WHEN '' THEN $4 ELSE a.domain "
                "END, n.text FROM account_note n JOIN account a ON a.id = n.target"
                " WHERE n.account = $1 AND n.target > $2 ORDER BY n.target LIMIT $3",
        .in = "iiis",
        .out = "iSS",
};
static const struct stmt REMINDERS = {
        .name = "export_reminders",
        .text = "SELECT id, post, at FROM reminder WHERE account = $1 AND id > $2 ORDER BY id "
                "LIMIT $3",
        .in = "iii",
        .out = "iII",
};

/* How a value is written: a text, an Integer, a Decimal id as text, a Time, a Boolean, JSON as it
 * is. */
static const char *const POSTS_COLUMNS[] = {
        "d id",        "t written_at",      "t changed_at",        "s text",
        "s note",      "s visibility",      "s audience",          "b this_server_only",
        "b sensitive", "s language",        "d answers",           "d quotes",
        "d preset",    "i who_may_comment", "b review_comments",   "t comments_close_at",
        "b letters",   "b boosts",          "b counts_for_others", "i wish"};
static const char *const IN_JOURNALS_COLUMNS[] = {"d id", "s journal", "t written_at", "s text",
                                                  "s note"};
static const char *const LIST_ROWS_COLUMNS[] = {"s title", "b audience", "b exclusive", "s replies",
                                                "t made_at"};
static const char *const FILTER_ROWS_COLUMNS[] = {"d id",     "s title",   "i contexts",
                                                  "i action", "t ends_at", "i topic_pause_days"};
static const char *const FILTER_WORDS_COLUMNS[] = {"d filter", "s word", "b whole_word"};
static const char *const RATHER_NOT_COLUMNS[] = {"s words"};
static const char *const LETTERS_GOT_COLUMNS[] = {"t written_at", "s name", "s account",
                                                  "d about_post", "s text", "t thanked_at"};
static const char *const LETTERS_WRITTEN_COLUMNS[] = {"t written_at", "s to", "d about_post",
                                                      "s text"};
static const char *const PRESETS_OWN_COLUMNS[] = {
        "s name",          "i visibility",          "i quotes",
        "i pause_seconds", "i comments_close_days", "j switches"};
static const char *const SETTINGS_COLUMNS[] = {"s email",
                                               "s locale",
                                               "s zone",
                                               "s language",
                                               "s visibility",
                                               "b sensitive",
                                               "i quotes",
                                               "b counts_for_others",
                                               "b descriptions_asked_for",
                                               "s theme",
                                               "s text_size",
                                               "s show_media",
                                               "b open_notes",
                                               "j notification_policy",
                                               "d preset",
                                               "b embeds",
                                               "b apps_show_comments",
                                               "b letters_of_visitors",
                                               "i digest_hour",
                                               "b digest_by_mail",
                                               "s quiet_line",
                                               "b open_veils",
                                               "b photos_stay",
                                               "b reminders_by_mail",
                                               "t since"};
static const char *const WAYS_COLUMNS[] = {"d post",  "i kind", "i state",
                                           "s label", "s link", "s words"};
static const char *const DAYS_COLUMNS[] = {"s name",   "s words",   "i length", "i month",
                                           "i day",    "b south",   "d post",   "b note_to_me",
                                           "b pinned", "b by_mail", "b on"};
static const char *const DRAFTS_COLUMNS[] = {"t changed_at", "j post"};
static const char *const SCHEDULED_POSTS_COLUMNS[] = {"t at", "j post"};
static const char *const ALBUMS_COLUMNS[] = {"d id", "s title", "s words", "i place"};
static const char *const ALBUM_PHOTOS_COLUMNS[] = {"d album", "i place", "s file"};
static const char *const JOURNALS_COLUMNS[] = {"s username",     "s name",  "s words",
                                               "i reach",        "i state", "s banner",
                                               "s in_memory_of", "s from",  "s to"};
static const char *const TAGS_COLUMNS[] = {"s tag"};
static const char *const NOTES_COLUMNS[] = {"s account", "s text"};
static const char *const REMINDERS_COLUMNS[] = {"d post", "t at"};

const struct export_file EXPORT_FILES[] = {
        {"following_accounts.csv", "People and journals you follow", &FOLLOWING,
         "Account address,Show boosts,Notify on new posts,Languages", NULL},
        {"followers.csv", "People who follow you", &FOLLOWERS, "Account address", NULL},
        {"lists.csv", "Lists", &LISTS, NULL, NULL},
        {"audiences.csv", "Audiences", &AUDIENCES, NULL, NULL},
        {"muted_accounts.csv", "People you muted", &MUTED, "Account address,Hide notifications",
         NULL},
        {"blocked_accounts.csv", "People you blocked", &BLOCKED, NULL, NULL},
        {"blocked_domains.csv", "Servers you blocked", &DOMAINS, NULL, NULL},
        {"bookmarks.csv", "Bookmarks", &BOOKMARKS, NULL, NULL},
        {"tidings/posts.json", NULL, &POSTS, NULL, POSTS_COLUMNS},
        {"tidings/posts_in_journals.json", NULL, &IN_JOURNALS, NULL, IN_JOURNALS_COLUMNS},
        {"tidings/lists_and_audiences.json", NULL, &LIST_ROWS, NULL, LIST_ROWS_COLUMNS},
        {"tidings/filters.json", NULL, &FILTER_ROWS, NULL, FILTER_ROWS_COLUMNS},
        {"tidings/filter_words.json", NULL, &FILTER_WORDS, NULL, FILTER_WORDS_COLUMNS},
        {"tidings/words_rather_not.json", NULL, &RATHER_NOT, NULL, RATHER_NOT_COLUMNS},
        {"tidings/letters_to_you.json", NULL, &LETTERS_GOT, NULL, LETTERS_GOT_COLUMNS},
        {"tidings/letters_by_you.json", NULL, &LETTERS_WRITTEN, NULL, LETTERS_WRITTEN_COLUMNS},
        {"tidings/presets.json", NULL, &PRESETS_OWN, NULL, PRESETS_OWN_COLUMNS},
        {"tidings/settings.json", NULL, &SETTINGS, NULL, SETTINGS_COLUMNS},
        {"tidings/ways_to_help.json", NULL, &WAYS, NULL, WAYS_COLUMNS},
        {"tidings/days_to_remember.json", NULL, &DAYS, NULL, DAYS_COLUMNS},
        {"tidings/drafts.json", NULL, &DRAFTS, NULL, DRAFTS_COLUMNS},
        {"tidings/scheduled.json", NULL, &SCHEDULED_POSTS, NULL, SCHEDULED_POSTS_COLUMNS},
        {"tidings/albums.json", NULL, &ALBUMS, NULL, ALBUMS_COLUMNS},
        {"tidings/album_photos.json", NULL, &ALBUM_PHOTOS, NULL, ALBUM_PHOTOS_COLUMNS},
        {"tidings/journals.json", NULL, &JOURNALS, NULL, JOURNALS_COLUMNS},
        {"tidings/followed_hashtags.json", NULL, &TAGS, NULL, TAGS_COLUMNS},
        {"tidings/notes_about_people.json", NULL, &NOTES, NULL, NOTES_COLUMNS},
        {"tidings/reminders.json", NULL, &REMINDERS, NULL, REMINDERS_COLUMNS},
};
const size_t EXPORT_FILES_COUNT = countof(EXPORT_FILES);

struct writing {
        const struct export_file *file;
        int64_t account, after;
        size_t n; /* rows of the last page */
        struct buf b;
        struct json j;
};

static void put_value(struct json *j, const char *column, struct row *r)
{
        const char *name = column + 2;
        bool none = row_null(r);
        struct str s = strchr("sj", *column) ? row_str(r) : STR_NONE;
        int64_t v = strchr("sj", *column) ? 0 : row_int(r);
        if (none)
                json_null(j, name);
        else if (*column == 's')
                json_str(j, name, s);
        else if (*column == 'j')
                json_raw(j, name, s);
        else if (*column == 'd')
                json_id(j, name, v);
        else if (*column == 't')
                json_time(j, name, v);
        else if (*column == 'b')
                json_bool(j, name, v != 0);
        else
                json_int(j, name, v);
}

static void put_row(struct writing *w, struct row *r, size_t n)
{
        const char *const *columns = w->file->columns;
        if (columns)
                json_object(&w->j, NULL);
        for (size_t i = 0; i < n; i++) {
                if (columns) {
                        put_value(&w->j, columns[i], r);
                        continue;
                }
                if (i)
                        buf_add_char(&w->b, ',');
                csv_put(&w->b, row_str(r));
        }
        if (columns)
                json_end(&w->j);
        else
                buf_add(&w->b, S("\n"));
}

static enum err page(struct cx *cx, void *arg)
{
        struct writing *w = arg;
        const struct stmt *s = w->file->stmt;
        struct str here = s == &BOOKMARKS ? cx->settings->url : cx->settings->account_domain;
        struct value in[] = {V(w->account), V(w->after), V(ROWS_AT_ONCE), V(here)};
        struct row r;
        TRY(db_all(cx->db, s, cx->arena, in, strlen(s->in), &r));
        for (w->n = 0; row_next(&r); w->n++) {
                w->after = row_int(&r);
                put_row(w, &r, strlen(s->out) - 1);
        }
        return row_end(&r);
}

static enum err write_all(struct cx *cx, struct writing *w, bool own_arena, struct export_sink *to)
{
        do {
                TRY(own_arena ? cx_read(cx, page, w) : page(cx, w));
                TRY(w->b.failed ? ERR_BUSY : to->take(to, buf_str(&w->b)));
                buf_clear(&w->b);
                if (own_arena)
                        arena_reset(cx->arena);
        } while (w->n == ROWS_AT_ONCE);
        if (!w->file->columns)
                return OK;
        json_end(&w->j);
        return w->b.failed ? ERR_BUSY : to->take(to, buf_str(&w->b));
}

enum err export_rows(struct cx *cx, const struct export_file *f, int64_t account, bool own_arena,
                     struct export_sink *to)
{
        struct writing w = {.file = f, .account = account, .after = -1};
        if (f->columns) {
                json_open(&w.j, &w.b);
                json_array(&w.j, NULL);
        } else if (f->head) {
                buf_addf(&w.b, "%s\n", f->head);
        }
        enum err e = write_all(cx, &w, own_arena, to);
        buf_free(&w.b);
        return e;
}

static const struct stmt *const statements[] = {
        &FOLLOWING,    &FOLLOWERS,  &LISTS,       &AUDIENCES,       &MUTED,       &BLOCKED,
        &DOMAINS,      &BOOKMARKS,  &POSTS,       &IN_JOURNALS,     &LIST_ROWS,   &FILTER_ROWS,
        &FILTER_WORDS, &RATHER_NOT, &LETTERS_GOT, &LETTERS_WRITTEN, &PRESETS_OWN, &SETTINGS,
        &WAYS,         &DAYS,       &DRAFTS,      &SCHEDULED_POSTS, &ALBUMS,      &ALBUM_PHOTOS,
        &JOURNALS,     &TAGS,       &NOTES,       &REMINDERS,
};
const struct stmt_list EXPORT_ROWS_STATEMENTS = {statements, countof(statements)};
