/* Walks the folders of documents: see corpus_test.h. */
#include "fedi/corpus_test.h"
#include "lib/base/buf.h"
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char *const roots[] = {"tests/corpus", "../shared/corpus/activitypub",
                                    "../../shared/corpus/activitypub"};

static bool read_file(struct arena *a, const char *path, struct str *ret)
{
        FILE *f = fopen(path, "rb");
        struct buf b = {0};
        size_t n;
        if (!f)
                return false;
        do {
                char *p = buf_room(&b, 65536);
                n = fread(p, 1, 65536, f);
                b.n += n;
        } while (n);
        fclose(f);
        *ret = str_dup(a, buf_str(&b));
        buf_free(&b);
        return true;
}

static struct str column(struct str line, int i)
{
        struct str ret = STR_NONE;
        for (int k = 0; k <= i; k++)
                if (!str_next(&line, '\t', &ret))
                        return S("");
        return ret;
}

struct walk {
        struct arena *a;
        void (*f)(void *arg, const struct corpus_row *row);
        void *arg;
        int n;
};

static void document(struct walk *w, const char *folder, const char *name, struct str line)
{
        struct corpus_row row = {.folder = str_of(name),
                                 .file = column(line, 0),
                                 .kind = column(line, 3),
                                 .expect = column(line, 4),
                                 .quirks = column(line, 5)};
        char path[1024];
        if (!row.file.n)
                return;
        snprintf(path, sizeof path, "%s/%.*s", folder, STR_ARG(row.file));
        if (!read_file(w->a, path, &row.text))
                fail_msg("%s is missing", path);
        if (json_read(w->a, row.text, NULL, &row.json, NULL))
                fail_msg("%s is no JSON", path);
        w->f(w->arg, &row);
        w->n++;
}

static void folder_of(struct walk *w, const char *root, const char *name)
{
        char folder[512], path[600];
        struct str manifest, line;
        snprintf(folder, sizeof folder, "%s/%s", root, name);
        snprintf(path, sizeof path, "%s/manifest.tsv", folder);
        if (name[0] == '.' || !read_file(w->a, path, &manifest))
                return;
        str_next(&manifest, '\n', &line); /* the names of the columns */
        while (str_next(&manifest, '\n', &line))
                document(w, folder, name, line);
}

int corpus_each(struct arena *a, void (*f)(void *arg, const struct corpus_row *row), void *arg)
{
        struct walk w = {a, f, arg, 0};
        for (size_t i = 0; i < countof(roots); i++) {
                struct dirent **names;
                int n = scandir(roots[i], &names, NULL, alphasort);
                for (int k = 0; k < n; k++) {
                        folder_of(&w, roots[i], names[k]->d_name);
                        free(names[k]);
                }
                if (n >= 0)
                        free(names);
        }
        return w.n;
}

bool corpus_expects(const struct corpus_row *row, const char *words)
{
        return str_has(row->expect, str_of(words));
}
