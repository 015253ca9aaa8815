/* Finds the size of a HEIC or AVIF picture: ISO/IEC 14496-12 boxes, of which ftyp tells the kind
 * and every ispe in meta/iprp/ipco (ISO/IEC 23008-12 section 6.5.3) a size. Pictures of a phone are
 * a grid of tiles: the tiles and the whole each have an ispe, and so may hidden pictures, so the
 * largest of all is what counts. */
#include "photobox/picture_walk.h"

struct box {
        char type[4];
        uint64_t body, end; /* offsets in the file */
};

/* The box at `at`, which must end by `end`; false when there is none or it leaves its parent. */
static bool read_box(struct picture_bytes *b, uint64_t at, uint64_t end, struct box *ret)
{
        const unsigned char *p = picture_peek(b, at, 8);
        if (!p || end - at < 8)
                return false;
        uint64_t size = be32(p), head = 8;
        memcpy(ret->type, p + 4, 4);
        if (size == 1) { /* a 64-bit size follows */
                p = picture_peek(b, at, 16);
                if (!p)
                        return false;
                size = (uint64_t)be32(p + 8) << 32 | be32(p + 12);
                head = 16;
        } else if (size == 0) { /* up to the end of the file */
                size = end - at;
        }
        if (size < head || size > end - at)
                return false;
        ret->body = at + head;
        ret->end = at + size;
        return true;
}

static bool is(const struct box *box, const char *type)
{
        return !memcmp(box->type, type, 4);
}

/* The first box of a type among the children between `at` and `end`. */
static bool find_box(struct picture_bytes *b, uint64_t at, uint64_t end, const char *type,
                     struct box *ret)
{
        while (at < end && read_box(b, at, end, ret)) {
                if (is(ret, type))
                        return true;
                at = ret->end;
        }
        return false;
}

static enum picture_kind brand_kind(const unsigned char *p)
{
        static const char *const heic[] = {"heic", "heix", "heim", "heis"};
        static const char *const avif[] = {"avif", "avis"};
        for (size_t i = 0; i < sizeof heic / sizeof *heic; i++)
                if (!memcmp(p, heic[i], 4))
                        return PICTURE_HEIC;
        for (size_t i = 0; i < sizeof avif / sizeof *avif; i++)
                if (!memcmp(p, avif[i], 4))
                        return PICTURE_AVIF;
        return PICTURE_NONE;
}

/* The kind, by the major brand or else the first compatible one we know: "mif1" files name theirs
 * there. */
static enum picture_kind file_kind(struct picture_bytes *b, const struct box *ftyp)
{
        for (uint64_t at = ftyp->body; at + 4 <= ftyp->end; at += 4) {
                if (at == ftyp->body + 4) /* the minor version */
                        continue;
                const unsigned char *p = picture_peek(b, at, 4);
                enum picture_kind kind = p ? brand_kind(p) : PICTURE_NONE;
                if (kind)
                        return kind;
        }
        return PICTURE_NONE;
}

enum picture_why picture_walk_heif(struct picture_bytes *b, struct picture_header *h)
{
        struct box box;
        if (!read_box(b, 0, b->size, &box))
                return PICTURE_UNREADABLE;
        h->kind = file_kind(b, &box);
        if (!h->kind)
                return PICTURE_WRONG_KIND; /* MP4 and its kin */
        if (!find_box(b, box.end, b->size, "meta", &box) || box.end - box.body < 4 ||
            !find_box(b, box.body + 4, box.end, "iprp", &box) ||
            !find_box(b, box.body, box.end, "ipco", &box))
                return PICTURE_UNREADABLE;
        uint64_t at = box.body, end = box.end, most = 0;
        while (at < end && read_box(b, at, end, &box)) {
                at = box.end;
                if (!is(&box, "ispe"))
                        continue;
                const unsigned char *p = picture_peek(b, box.body, 12);
                if (!p || box.end - box.body < 12)
                        return PICTURE_UNREADABLE;
                uint32_t width = be32(p + 4), height = be32(p + 8);
                if (width > PICTURE_EDGE_MAX || height > PICTURE_EDGE_MAX)
                        return PICTURE_TOO_LONG;
                uint64_t pixels = (uint64_t)width * height;
                if (pixels > most) {
                        most = pixels;
                        h->width = width;
                        h->height = height;
                }
        }
        return PICTURE_FINE; /* without any ispe the size is 0 x 0, which is refused */
}
