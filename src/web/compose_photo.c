/* What stands beside each photo on the page for writing: its veil, its caption, what is kept in
 * view when it is cropped. Called by compose.c and compose_send.c. */
#include "web/album.h"
#include "web/compose.h"

const struct focus_choice FOCUS_CHOICES[FOCUS_CHOICES_COUNT] = {
        {"0,0", "The middle", 0, 0},
        {"-0.7,0.7", "Top left", -0.7, 0.7},
        {"0,0.7", "Top", 0, 0.7},
        {"0.7,0.7", "Top right", 0.7, 0.7},
        {"-0.7,0", "Left", -0.7, 0},
        {"0.7,0", "Right", 0.7, 0},
        {"-0.7,-0.7", "Bottom left", -0.7, -0.7},
        {"0,-0.7", "Bottom", 0, -0.7},
        {"0.7,-0.7", "Bottom right", 0.7, -0.7},
};

static bool near(double x, double y)
{
        return x - y < 0.005 && y - x < 0.005;
}

/* "" for a point that an app has set between these. */
static struct str focus_of(const struct media *m)
{
        for (size_t i = 0; i < countof(FOCUS_CHOICES); i++)
                if (near(FOCUS_CHOICES[i].x, m->focus_x) && near(FOCUS_CHOICES[i].y, m->focus_y))
                        return str_of(FOCUS_CHOICES[i].value);
        return S("");
}

struct str compose_photo_crop(struct arena *a, const struct compose_photo *p)
{
        struct media m = *p->media;
        for (size_t i = 0; i < countof(FOCUS_CHOICES); i++)
                if (str_eq(p->focus, str_of(FOCUS_CHOICES[i].value))) {
                        m.focus_x = FOCUS_CHOICES[i].x;
                        m.focus_y = FOCUS_CHOICES[i].y;
                }
        return crop_class(a, &m);
}

void compose_photo_add(struct compose *c, const struct media *m)
{
        if (c->n_photos == COMPOSE_PHOTOS)
                return;
        c->folds = c->folds || m->veil_folds;
        c->stays = c->stays || m->stays;
        c->photos[c->n_photos++] = (struct compose_photo){.media = m,
                                                          .alt = m->description,
                                                          .veil = m->veil,
                                                          .veil_words = m->veil_words,
                                                          .caption = m->caption,
                                                          .focus = focus_of(m)};
}

static struct str given(struct req *rq, const char *what, const struct media *m, struct str now)
{
        struct str s = req_param(
                rq, str_z(rq->arena, str_fmt(rq->arena, "%s_%lld", what, (long long)m->id)));
        return s.p ? s : now;
}

void compose_photo_read(struct req *rq, struct compose_photo *p)
{
        static const char *const names[] = {
                [VEIL_NONE] = "none", [VEIL_ALL] = "all", [VEIL_STRANGERS] = "strangers"};
        struct str veil = given(rq, "veil", p->media, str_of(names[p->veil]));
        p->alt = given(rq, "alt", p->media, p->alt);
        p->veil_words = given(rq, "veil_words", p->media, p->veil_words);
        p->caption = given(rq, "caption", p->media, p->caption);
        p->focus = given(rq, "focus", p->media, p->focus);
        for (size_t i = 0; i < countof(names); i++)
                if (str_eq(veil, str_of(names[i])))
                        p->veil = (enum veil)i;
}

void compose_photos_read(struct req *rq, struct compose *c)
{
        struct str far = req_param(rq, "veil_far");
        if (!far.p) /* the form came before there was a photo */
                return;
        c->folds = str_eq(far, S("fold"));
        c->stays = req_param(rq, "stays").n > 0;
}

void compose_photos_begin(struct compose *c, size_t from)
{
        const struct preset *now = &c->switches.now, *before = c->switches.before;
        bool other =
                before && (before->veil != now->veil || before->veil_folds != now->veil_folds ||
                           !str_eq(before->veil_words, now->veil_words));
        if (!c->news || !now->veil)
                return;
        if (other || !from)
                c->folds = now->veil_folds;
        for (size_t i = other ? 0 : from; i < c->n_photos; i++) {
                struct compose_photo *p = &c->photos[i];
                if (p->veil || p->veil_words.n)
                        continue;
                p->veil = now->veil;
                p->veil_words = now->veil_words;
        }
}

bool compose_photos_mend(struct compose *c)
{
        bool bad = false;
        for (size_t i = 0; i < c->n_photos; i++) {
                struct compose_photo *p = &c->photos[i];
                p->veil_wrong = p->veil && !str_trim(p->veil_words).n;
                bad = bad || p->veil_wrong;
        }
        if (bad)
                c->error = S("A veil has no sentence yet. Write what stands on it.");
        return bad;
}

struct photo_set *compose_photo_set(struct arena *a, const struct compose *c,
                                    const struct compose_photo *p)
{
        struct photo_set *s = make(a, struct photo_set);
        *s = (struct photo_set){.given = true,
                                .veil = p->veil,
                                .veil_words = p->veil_words.p ? p->veil_words : S(""),
                                .folds = c->folds,
                                .caption = p->caption.p ? p->caption : S(""),
                                .stays = c->stays};
        return s;
}

bool compose_photo_same(const struct compose *c, const struct compose_photo *p)
{
        struct photo_set now = {.given = true,
                                .veil = p->veil,
                                .veil_words = p->veil_words,
                                .folds = c->folds,
                                .caption = p->caption,
                                .stays = c->stays};
        return str_eq(p->alt, p->media->description) && photo_set_same(&now, p->media) &&
               (!p->focus.n || str_eq(p->focus, focus_of(p->media)));
}
