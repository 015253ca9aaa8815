/* Videos and sounds of other servers: see far_film.h. Called by far_take.c. */
#include "social/far_film.h"
#include "store/files.h"
#include <unistd.h>

enum { HEAD = 16 };

static bool is_mp3(struct str head)
{
        /* an ID3 tag, or the first frame: eleven set bits, layer III */
        return str_starts(head, S("ID3")) ||
               (head.n >= 2 && (unsigned char)head.p[0] == 0xff && (head.p[1] & 0xe6) == 0xe2);
}

const char *far_film_extension(struct str head)
{
        if (str_eq(str_cut(head, 4, 4), S("ftyp")))
                return "mp4";
        if (str_starts(head, S("\x1a\x45\xdf\xa3")))
                return "webm";
        if (str_starts(head, S("OggS")))
                return "ogg";
        return is_mp3(head) ? "mp3" : NULL;
}

static enum err copy(int from, int to, int64_t size)
{
        char part[64 << 10];
        for (int64_t at = 0; at < size;) {
                ssize_t n = pread(from, part, sizeof part, at);
                if (n <= 0)
                        return ERR_FAULT;
                if (write(to, part, (size_t)n) != n)
                        return ERR_FULL;
                at += n;
        }
        return OK;
}

enum err far_film_take(struct cx *cx, int fd, int64_t size, struct far_copy *ret)
{
        char head[HEAD];
        int to;
        ssize_t n = pread(fd, head, sizeof head, 0);
        const char *extension = n > 0 ? far_film_extension((struct str){head, (size_t)n}) : NULL;
        if (!extension)
                return ERR_INPUT;
        *ret = (struct far_copy){.full_bytes = size, .bytes = size};
        TRY(files_new(cx->instance->files, cx->arena, extension, &to, &ret->names[FAR_FULL]));
        enum err e = copy(fd, to, size);
        if (e) {
                files_forget(cx->instance->files, to);
                return e;
        }
        const char *family = extension[1] == 'p' && extension[2] == '3' ? "audio/mpeg"
                             : extension[0] == 'o'                      ? "audio/ogg"
                             : extension[0] == 'w'                      ? "video/webm"
                                                                        : "video/mp4";
        ret->type = str_of(family);
        return files_keep(cx->instance->files, to, ret->names[FAR_FULL]);
}
