/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tests/fuzz/fuzz_base.c: whatever stands in a cell, the readers of base/ neither crash nor
 * contradict themselves. The first byte chooses the reader. */
#include <stdlib.h>
#include <string.h>

#include "base/amount.h"
#include "base/citizen_text.h"
#include "base/encoding.h"
#include "base/identity.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void must(bool good) {
    if (!good)
        abort();
}

static void try_day(Str text) {
    Day day, again;
    Instant at, back;
    char written[INSTANT_TEXT];

    if (day_parse(text, &day)) {
        day_format(day, written);
        must(strlen(written) == 10 && day_parse(str_of(written), &again) && again == day);
    }
    if (instant_parse(text, &at)) {
        instant_format(at, written);
        if (day_of_instant(at) >= day_of(DAY_FIRST_YEAR, 1, 1) &&
            day_of_instant(at) <= day_of(DAY_LAST_YEAR, 12, 31))
            must(instant_parse(str_of(written), &back) && back == at);
    }
}

static void try_money(Str text) {
    Money money, again, in_wan;
    char written[32];

    if (!money_parse(text, MONEY_YUAN, &money))
        return;
    money_format(money, written);
    must(money_parse(str_of(written), MONEY_YUAN, &again) && again == money);
    /* In 万元 it is the same when the text names its unit, and 10,000 times as much otherwise. */
    if (money_parse(text, 10000 * (Money)MONEY_YUAN, &in_wan))
        must(in_wan == money || in_wan / 10000 == money);
}

static void try_numbers(Str text) {
    double number, area;
    int64_t integer, chinese;

    if (integer_parse(text, &integer))
        must(number_parse(text, &number));
    if (area_parse(text, 1, &area))
        must(area >= 0);
    chinese_number_parse(text, &chinese);
}

static void try_citizen_id(Str text) {
    CitizenId id = citizen_id_read(text), again;
    char mask[19];

    citizen_id_mask(&id, mask);
    if (id.form == CITIZEN_ID_NONE) {
        must(id.number[0] == '\0' && mask[0] == '\0');
        return;
    }
    must(strlen(id.number) == 18 && strlen(mask) == 18);
    must((id.form == CITIZEN_ID_MASKED) == (strchr(id.number, '*') != NULL));
    must(!id.birth_valid || id.birth != DAY_NONE);
    again = citizen_id_read(str_of(id.number));
    must(again.form == id.form && strcmp(again.number, id.number) == 0);
    must(again.birth == id.birth && again.sex == id.sex && !strcmp(again.tail, id.tail));
    if (id.old15)
        must(again.check_holds);
}

static void try_credit_code(Str text) {
    CreditCode code = credit_code_read(text), again = credit_code_read(str_of(code.code));

    must(again.form == code.form && !strcmp(again.code, code.code));
    must(again.check_holds == code.check_holds);
}

static void try_others(Str text) {
    char first[24], second[24];
    scoped_arena Arena *a = arena_new();
    Str once, twice;

    if (plate_read(text, first))
        must(plate_read(str_of(first), second) && !strcmp(first, second));
    if (phone_read(text, first))
        must(phone_read(str_of(first), second) && !strcmp(first, second));
    document_number_read(text, a, &once);
    document_number_read(once, a, &twice);
    must(str_eq(once, twice));
}

static void try_decoder(Str bytes, Encoding encoding, size_t cut) {
    scoped_buf Buf whole, pieces;
    Decoder *one = decoder_new(encoding), *two = decoder_new(encoding);

    buf_init(&whole, 1 << 24);
    buf_init(&pieces, 1 << 24);
    must(decoder_feed(one, bytes, true, &whole));
    must(decoder_feed(two, str_slice(bytes, 0, cut), false, &pieces));
    must(decoder_feed(two, str_slice(bytes, cut, bytes.len), true, &pieces));
    must(str_eq(buf_str(&whole), buf_str(&pieces)) && str_utf8_valid(buf_str(&whole)));
    must(decoder_bad_bytes(one) == decoder_bad_bytes(two));
    decoder_free(one);
    decoder_free(two);
}

static void try_encoding(Str bytes) {
    size_t cut = bytes.len ? (unsigned char)bytes.ptr[0] % bytes.len : 0;

    for (int encoding = ENCODING_UTF8; encoding < ENCODING_UNKNOWN; encoding++)
        try_decoder(bytes, (Encoding)encoding, cut);
    Encoding guess = encoding_guess(bytes);

    must(guess <= ENCODING_UNKNOWN && encoding_name(guess));
}

static void try_citizen_text(Str text) {
    scoped_buf Buf once;
    size_t digits, run = digit_run(text, &digits);

    buf_init(&once, 1 << 24);
    must(run <= text.len && digits <= run);
    if (!str_utf8_valid(text))
        return;
    if (!citizen_id_mask_text(text, &once)) {
        must(once.len == 0 && !citizen_id_in_text(text));
        return;
    }
    must(citizen_id_in_text(text) && once.len <= text.len);
    must(memmem(once.ptr, once.len, "*****", 5) && str_utf8_valid(buf_str(&once)));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static void (*const readers[])(Str) = {
        try_day,         try_money,  try_numbers,  try_citizen_id,
        try_credit_code, try_others, try_encoding, try_citizen_text,
    };

    if (size == 0)
        return 0;
    readers[bytes[0] % (sizeof readers / sizeof *readers)](
        (Str){(const char *)bytes + 1, size - 1});
    return 0;
}
