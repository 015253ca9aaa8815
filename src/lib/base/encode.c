/* Hex, base64 (RFC 4648) and percent-encoding (RFC 3986). */
#include "lib/base/encode.h"
#include "lib/base/arena.h"

static const char HEX[] = "0123456789abcdef";
static const char STANDARD[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char URL_SAFE[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static int hex_value(char c)
{
        if (c >= '0' && c <= '9')
                return c - '0';
        if (c >= 'a' && c <= 'f')
                return c - 'a' + 10;
        if (c >= 'A' && c <= 'F')
                return c - 'A' + 10;
        return -1;
}

struct str hex_encode(struct arena *a, struct str bytes)
{
        char *z = make_n(a, bytes.n * 2 + 1, char);
        for (size_t i = 0; i < bytes.n; i++) {
                unsigned char c = (unsigned char)bytes.p[i];
                z[2 * i] = HEX[c >> 4];
                z[2 * i + 1] = HEX[c & 15];
        }
        return (struct str){z, bytes.n * 2};
}

bool hex_decode(struct arena *a, struct str hex, struct str *ret)
{
        if (hex.n % 2)
                return false;
        char *z = make_n(a, hex.n / 2 + 1, char);
        for (size_t i = 0; i < hex.n; i += 2) {
                int high = hex_value(hex.p[i]), low = hex_value(hex.p[i + 1]);
                if (high < 0 || low < 0)
                        return false;
                z[i / 2] = (char)(high << 4 | low);
        }
        *ret = (struct str){z, hex.n / 2};
        return true;
}

static struct str encode64(struct arena *a, struct str in, const char *alphabet, bool pad)
{
        char *z = make_n(a, (in.n + 2) / 3 * 4 + 1, char), *to = z;
        for (size_t i = 0; i < in.n; i += 3) {
                uint32_t v = (uint32_t)(unsigned char)in.p[i] << 16;
                size_t left = in.n - i;
                if (left > 1)
                        v |= (uint32_t)(unsigned char)in.p[i + 1] << 8;
                if (left > 2)
                        v |= (unsigned char)in.p[i + 2];
                *to++ = alphabet[v >> 18];
                *to++ = alphabet[v >> 12 & 63];
                if (left > 1)
                        *to++ = alphabet[v >> 6 & 63];
                else if (pad)
                        *to++ = '=';
                if (left > 2)
                        *to++ = alphabet[v & 63];
                else if (pad)
                        *to++ = '=';
        }
        return (struct str){z, (size_t)(to - z)};
}

static int value64(char c, const char *alphabet)
{
        const char *at = c ? strchr(alphabet, c) : NULL;
        return at ? (int)(at - alphabet) : -1;
}

static bool decode64(struct arena *a, struct str in, const char *alphabet, struct str *ret)
{
        if (in.n % 4 == 1)
                return false;
        char *z = make_n(a, in.n / 4 * 3 + 3, char), *to = z;
        uint32_t v = 0;
        int bits = 0;
        for (size_t i = 0; i < in.n; i++) {
                int d = value64(in.p[i], alphabet);
                if (d < 0)
                        return false;
                v = v << 6 | (uint32_t)d;
                bits += 6;
                if (bits >= 8) {
                        bits -= 8;
                        *to++ = (char)(v >> bits & 255);
                        v &= (1u << bits) - 1;
                }
        }
        if (v)
                return false; /* left-over bits: not canonical */
        *ret = (struct str){z, (size_t)(to - z)};
        return true;
}

static struct str unpad(struct str s)
{
        for (int i = 0; i < 2 && s.n && s.p[s.n - 1] == '='; i++)
                s.n--;
        return s;
}

struct str base64_encode(struct arena *a, struct str bytes)
{
        return encode64(a, bytes, STANDARD, true);
}

bool base64_decode(struct arena *a, struct str text, struct str *ret)
{
        return text.n % 4 == 0 && decode64(a, unpad(text), STANDARD, ret);
}

struct str base64url_encode(struct arena *a, struct str bytes)
{
        return encode64(a, bytes, URL_SAFE, false);
}

bool base64url_decode(struct arena *a, struct str text, struct str *ret)
{
        return decode64(a, text.n % 4 == 0 ? unpad(text) : text, URL_SAFE, ret);
}

static bool unreserved(char c)
{
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '.' || c == '_' || c == '~';
}

struct str percent_encode(struct arena *a, struct str s)
{
        char *z = make_n(a, s.n * 3 + 1, char), *to = z;
        for (size_t i = 0; i < s.n; i++) {
                unsigned char c = (unsigned char)s.p[i];
                if (unreserved(s.p[i])) {
                        *to++ = s.p[i];
                        continue;
                }
                *to++ = '%';
                *to++ = "0123456789ABCDEF"[c >> 4];
                *to++ = "0123456789ABCDEF"[c & 15];
        }
        return (struct str){z, (size_t)(to - z)};
}

bool percent_decode(struct arena *a, struct str s, bool plus_is_space, struct str *ret)
{
        char *z = make_n(a, s.n + 1, char), *to = z;
        for (size_t i = 0; i < s.n; i++) {
                if (s.p[i] == '+' && plus_is_space) {
                        *to++ = ' ';
                } else if (s.p[i] == '%') {
                        if (s.n - i < 3)
                                return false;
                        int h = hex_value(s.p[i + 1]), l = hex_value(s.p[i + 2]);
                        if (h < 0 || l < 0)
                                return false;
                        *to++ = (char)(h << 4 | l);
                        i += 2;
                } else {
                        *to++ = s.p[i];
                }
        }
        *ret = (struct str){z, (size_t)(to - z)};
        return true;
}
