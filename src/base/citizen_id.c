/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/citizen_id.c: citizen identity numbers, GB 11643, whole, old or masked. */
#include "base/identity.h"

#include <string.h>

#include "base/identity_text.h"

#include "base/banned.h"

/*      5105 02 19900101 123 4
 *      0    4  6        14  17
 *      division birth   |   check
 *                       sequence, odd for men
 */
enum { WHOLE = 18, OLD = 15, BIRTH_AT = 6, SEQUENCE_AT = 14, SEX_AT = 16, CHECK_AT = 17 };

char citizen_id_check_digit(const char first17[17]) {
    static const signed char weight[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;

    for (int i = 0; i < CHECK_AT; i++) {
        if (first17[i] < '0' || first17[i] > '9')
            return 0;
        sum += (first17[i] - '0') * weight[i];
    }
    return "10X98765432"[sum % 11];
}

static int number_at(const char *digits, int n) {
    int value = 0;

    for (int i = 0; i < n; i++) {
        if (digits[i] < '0' || digits[i] > '9')
            return -1;
        value = value * 10 + (digits[i] - '0');
    }
    return value;
}

/* Everything that follows from id->number. */
static void derive(CitizenId *id) {
    int year = number_at(id->number + BIRTH_AT, 4);
    int month = number_at(id->number + BIRTH_AT + 4, 2);
    int day = number_at(id->number + BIRTH_AT + 6, 2);
    char sex = id->number[SEX_AT];

    if (year >= DAY_FIRST_YEAR && month > 0 && day > 0)
        id->birth = day_of(year, month, day);
    id->birth_valid = id->birth != DAY_NONE && id->birth <= day_today();
    if (sex != '*')
        id->sex = (sex - '0') % 2 ? 'M' : 'F';
    for (int i = 0; i < BIRTH_AT && id->number[i] != '*'; i++)
        id->division[i] = id->number[i];
    if (!memchr(id->number + SEQUENCE_AT, '*', 4))
        memcpy(id->tail, id->number + SEQUENCE_AT, 4);
}

static void whole(CitizenId *id) {
    id->form = CITIZEN_ID_WHOLE;
    id->check_holds = id->old15 || citizen_id_check_digit(id->number) == id->number[CHECK_AT];
    derive(id);
}

/* 510502 900101 123 becomes 510502 19900101 123 and its check digit. */
static void widen(CitizenId *id, const char old[OLD]) {
    memcpy(id->number, old, BIRTH_AT);
    memcpy(id->number + BIRTH_AT, "19", 2);
    memcpy(id->number + BIRTH_AT + 2, old + BIRTH_AT, OLD - BIRTH_AT);
    id->number[CHECK_AT] = citizen_id_check_digit(id->number);
    id->old15 = true;
}

/* Is this rune one that people hide a digit with? X is told apart by its place. */
static bool hides(uint32_t rune) {
    return rune == '*' || rune == 0xD7 /* × */ || rune == 0x25CF /* ● */ || rune == 0x2022 /* • */;
}

/* The written characters as digits, 'X' and '*'; false when anything else is among them. An X is
 * the check digit only at the end and after a digit or star; elsewhere it hides a digit. */
static bool to_characters(const uint32_t *runes, size_t n, char *out) {
    for (size_t i = 0; i < n; i++) {
        if (rune_is_digit(runes[i]))
            out[i] = (char)runes[i];
        else if (runes[i] == 'X')
            out[i] = i + 1 == n && n > 1 && runes[i - 1] != 'X' ? 'X' : '*';
        else if (hides(runes[i]))
            out[i] = '*';
        else
            return false;
    }
    return true;
}

/* People also write fewer or more stars than there are digits: 510502****1234. One run of stars is
 * then stretched to 18 characters. The last digits of a text of 15 characters may belong to an old
 * number and are not believed. */
static bool masked(CitizenId *id, const char *text, size_t n) {
    size_t head = strspn(text, "0123456789");
    size_t stars = strspn(text + head, "*");
    size_t tail = n - head - stars;

    if (n == WHOLE) {
        memcpy(id->number, text, WHOLE);
    } else {
        if (head < 4 || stars < 2 || tail > 4 || head + tail >= WHOLE ||
            memchr(text + head + stars, '*', tail))
            return false;
        memset(id->number, '*', WHOLE);
        memcpy(id->number, text, head > BIRTH_AT ? BIRTH_AT : head);
        if (n != OLD)
            memcpy(id->number + WHOLE - tail, text + n - tail, tail);
    }
    id->form = CITIZEN_ID_MASKED;
    id->check_holds = true;
    derive(id);
    return true;
}

CitizenId citizen_id_read(Str text) {
    CitizenId id = {.form = CITIZEN_ID_NONE, .birth = DAY_NONE};
    uint32_t runes[24];
    char written[25] = "";
    size_t n = identity_text(text, runes, 24);

    if (n == 0 || !to_characters(runes, n, written))
        return id;
    size_t digits = strspn(written, "0123456789");

    if (n == WHOLE && digits + (written[CHECK_AT] == 'X') == WHOLE) {
        memcpy(id.number, written, WHOLE);
        whole(&id);
    } else if (n == OLD && digits == OLD) {
        widen(&id, written);
        whole(&id);
    } else if (digits < n && memchr(written, '*', n)) {
        masked(&id, written, n);
    }
    return id;
}

void citizen_id_mask(const CitizenId *id, char out[19]) {
    memcpy(out, id->number, sizeof id->number);
    if (id->form != CITIZEN_ID_NONE)
        memset(out + BIRTH_AT, '*', SEQUENCE_AT - BIRTH_AT);
}
