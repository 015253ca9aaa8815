/* Zip archives: see zip.h. Called by whoever hands somebody a copy of what they wrote. */
#include "lib/base/zip.h"
#include <errno.h>
#include <time.h>
#include <unistd.h>

enum {
        LOCAL = 0x04034b50,
        CENTRAL = 0x02014b50,
        END = 0x06054b50,
        END64 = 0x06064b50,
        LOCATOR64 = 0x07064b50,
        UTF8_NAMES = 1 << 11,
        VERSION = 20,
        VERSION64 = 45,
        CHUNK = 64 * 1024,
        CRC_AT = 14 /* in a local header: checksum, then the length twice */
};
#define FULL UINT32_C(0xffffffff)

/* Half a byte a step: photos of years go through here. */
uint32_t crc32_more(uint32_t crc, struct str bytes)
{
        static const uint32_t half[16] = {0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac,
                                          0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
                                          0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
                                          0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c};
        crc = ~crc;
        for (size_t i = 0; i < bytes.n; i++) {
                crc ^= (unsigned char)bytes.p[i];
                crc = crc >> 4 ^ half[crc & 15];
                crc = crc >> 4 ^ half[crc & 15];
        }
        return ~crc;
}

static void put(struct buf *b, uint64_t v, int bytes)
{
        for (int i = 0; i < bytes; i++)
                buf_add_char(b, (char)(v >> (8 * i)));
}

static void keep(struct zip *z, enum err e)
{
        if (!z->err)
                z->err = e;
}

static void write_at(struct zip *z, struct str s, int64_t at)
{
        while (s.n && !z->err) {
                ssize_t n = pwrite(z->fd, s.p, s.n, at);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n <= 0) {
                        keep(z, n < 0 && errno != ENOSPC ? ERR_FAULT : ERR_FULL);
                        return;
                }
                s.p += n;
                s.n -= (size_t)n;
                at += n;
        }
}

static void append(struct zip *z, struct str s)
{
        write_at(z, s, z->at);
        z->at += (int64_t)s.n;
}

void zip_open(struct zip *z, int fd, int64_t ms)
{
        struct tm t;
        time_t s = (time_t)(ms / 1000);
        *z = (struct zip){.fd = fd, .day = 0x21}; /* 1 January 1980 */
        if (!gmtime_r(&s, &t) || t.tm_year < 80 || t.tm_year > 207)
                return;
        z->day = (uint32_t)((t.tm_year - 80) << 9 | (t.tm_mon + 1) << 5 | t.tm_mday);
        z->clock = (uint32_t)(t.tm_hour << 11 | t.tm_min << 5 | t.tm_sec / 2);
}

/* What both headers share: version to sizes. */
static void put_facts(struct zip *z, struct buf *b, const struct zip_entry *e, int version)
{
        put(b, (uint64_t)version, 2);
        put(b, UTF8_NAMES, 2);
        put(b, 0, 2); /* stored */
        put(b, z->clock, 2);
        put(b, z->day, 2);
        put(b, e->crc, 4);
        put(b, (uint64_t)e->size, 4);
        put(b, (uint64_t)e->size, 4);
        put(b, e->name.n, 2);
}

static void begin(struct zip *z, struct zip_entry *e)
{
        struct buf b = {0};
        e->at = z->at;
        put(&b, LOCAL, 4);
        put_facts(z, &b, e, VERSION);
        put(&b, 0, 2);
        buf_add(&b, e->name);
        if (b.failed || e->name.n > 1000)
                keep(z, ERR_FAULT);
        append(z, buf_str(&b));
        buf_free(&b);
}

static void end(struct zip *z, const struct zip_entry *e)
{
        struct buf *b = &z->central;
        bool far = e->at >= FULL;
        put(b, CENTRAL, 4);
        put(b, far ? VERSION64 : VERSION, 2);
        put_facts(z, b, e, far ? VERSION64 : VERSION);
        put(b, far ? 12 : 0, 2); /* extra */
        put(b, 0, 2);            /* comment */
        put(b, 0, 2);            /* disk */
        put(b, 0, 2);
        put(b, 0, 4);
        put(b, far ? FULL : (uint64_t)e->at, 4);
        buf_add(b, e->name);
        if (far) {
                put(b, 1, 2);
                put(b, 8, 2);
                put(b, (uint64_t)e->at, 8);
        }
        z->count++;
}

void zip_begin(struct zip *z, struct str name)
{
        z->entry = (struct zip_entry){.name = name};
        begin(z, &z->entry);
}

void zip_more(struct zip *z, struct str bytes)
{
        struct zip_entry *e = &z->entry;
        e->crc = crc32_more(e->crc, bytes);
        e->size += (int64_t)bytes.n;
        if (e->size >= FULL)
                keep(z, ERR_TOO_LARGE);
        append(z, bytes);
}

/* Only now its length is known: the header is written anew. */
void zip_end(struct zip *z)
{
        const struct zip_entry *e = &z->entry;
        struct buf facts = {0};
        put(&facts, e->crc, 4);
        put(&facts, (uint64_t)e->size, 4);
        put(&facts, (uint64_t)e->size, 4);
        if (facts.failed)
                keep(z, ERR_BUSY);
        write_at(z, buf_str(&facts), e->at + CRC_AT);
        end(z, e);
        buf_free(&facts);
}

void zip_add(struct zip *z, struct str name, struct str bytes)
{
        zip_begin(z, name);
        zip_more(z, bytes);
        zip_end(z);
}

void zip_add_file(struct zip *z, struct str name, int fd)
{
        struct buf chunk = {0};
        char *p = buf_room(&chunk, CHUNK);
        if (!p)
                keep(z, ERR_BUSY);
        zip_begin(z, name);
        while (p && !z->err) {
                ssize_t n = pread(fd, p, CHUNK, z->entry.size);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        keep(z, ERR_FAULT);
                if (n <= 0)
                        break;
                zip_more(z, (struct str){p, (size_t)n});
        }
        zip_end(z);
        buf_free(&chunk);
}

static void put_end64(const struct zip *z, struct buf *b, int64_t from)
{
        put(b, END64, 4);
        put(b, 44, 8);
        put(b, VERSION64, 2);
        put(b, VERSION64, 2);
        put(b, 0, 8); /* disks */
        put(b, (uint64_t)z->count, 8);
        put(b, (uint64_t)z->count, 8);
        put(b, z->central.n, 8);
        put(b, (uint64_t)from, 8);
        put(b, LOCATOR64, 4);
        put(b, 0, 4);
        put(b, (uint64_t)z->at, 8);
        put(b, 1, 4);
}

enum err zip_close(struct zip *z, int64_t *size)
{
        struct buf b = {0};
        int64_t from = z->at;
        uint64_t few = z->count > 0xfffe ? 0xffff : (uint64_t)z->count;
        append(z, buf_str(&z->central));
        if (few == 0xffff || from >= FULL)
                put_end64(z, &b, from);
        put(&b, END, 4);
        put(&b, 0, 4); /* disks */
        put(&b, few, 2);
        put(&b, few, 2);
        put(&b, z->central.n, 4);
        put(&b, from >= FULL ? FULL : (uint64_t)from, 4);
        put(&b, 0, 2);
        if (b.failed || z->central.failed)
                keep(z, ERR_BUSY);
        append(z, buf_str(&b));
        buf_free(&b);
        buf_free(&z->central);
        *size = z->at;
        return z->err;
}
