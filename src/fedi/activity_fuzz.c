/* Any bytes as what came to the inbox, or as a document that was fetched: head, objects, notes and
 * actors are read as far as that goes without database and network. What is believed must be of the
 * one who may say it, within its limits, and in markup of ours. */
#include "fedi/actor_in.h"
#include "fedi/receive.h"
#include "lib/text/markup_check.h"
#include "lib/text/unicode.h"
#include <stdlib.h>

enum { DEPTH = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const struct settings settings = {
        .url = S_ROW("https://tidings.example"),
        .host = S_ROW("tidings.example"),
        .account_domain = S_ROW("tidings.example"),
        .language = S_ROW("en"),
};

static void must(bool right)
{
        if (!right)
                abort();
}

static void try_note(struct reading *r, const struct json_value *v,
                     const struct json_value *carrier)
{
        struct note_about about = {.activity = carrier};
        struct note_in note;
        struct address author;
        if (note_in_read(r, v, &about, &note))
                return;
        must(!note.id.ours && address_read_far(r->arena, &settings, note.author, &author));
        must(address_same_origin(&author, &note.id));
        must(note.n_mentions <= NOTE_MENTIONS_MAX && note.n_tags <= NOTE_TAGS_MAX);
        must(note.n_files <= NOTE_FILES_MAX && note.n_emoji <= NOTE_EMOJI_MAX);
        must(note.n_addressed <= NOTE_ADDRESSED_MAX && note.spoiler.n <= NOTE_SPOILER_BYTES);
        must(!markup_check(note.content.html, DEPTH) && utf8_valid(note.spoiler));
        must(note.created_at >= 0 && note.created_at <= r->now);
}

static void try_actor(struct reading *r, const struct json_value *v)
{
        struct actor_in a;
        if (actor_in_read(r, v, &a))
                return;
        must(!a.id.ours && a.username.n && a.username.n <= ACTOR_NAME_MAX && a.inbox.n);
        must(a.n_fields <= ACTOR_FIELDS_MAX && a.n_aliases <= ACTOR_ALIASES_MAX);
        must(a.key_pem.n <= ACTOR_KEY_BYTES && utf8_valid(a.display_name));
        must(!markup_check(a.note.html, DEPTH));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
        struct arena a;
        const struct json_value *doc;
        struct incoming_head head;
        if (n > 1 << 20)
                return 0;
        arena_open(&a, 512 << 20);
        struct reading r = {.arena = &a, .settings = &settings, .now = 1893456000000};
        if (json_read(&a, (struct str){(const char *)data, n}, NULL, &doc, NULL)) {
                arena_close(&a);
                return 0;
        }
        if (!receive_head(&r, doc, &head))
                must(!head.actor_address.ours && head.type.n && as_is_plain(doc));
        try_note(&r, doc, NULL);
        try_actor(&r, doc);
        const struct json_value *objects = json_get(doc, "object");
        for (const struct json_value *v = as_first(objects); v; v = as_next(objects, v)) {
                try_note(&r, v, doc);
                try_actor(&r, v);
                must(as_count(v) >= 0);
        }
        arena_close(&a);
        return 0;
}
