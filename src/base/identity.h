/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/identity.h: citizen identity numbers, credit codes and other numbers that identify. */
#ifndef BASE_IDENTITY_H
#define BASE_IDENTITY_H

#include "base/day.h"

/* GB 11643. What a citizen identity number tells, read from any of its written forms. */
typedef enum CitizenIdForm {
    CITIZEN_ID_NONE,   /* not a citizen number */
    CITIZEN_ID_WHOLE,  /* 18 characters (15-digit numbers are widened to 18) */
    CITIZEN_ID_MASKED, /* some characters hidden: 5105**********1234 */
} CitizenIdForm;

typedef struct CitizenId {
    CitizenIdForm form;
    char number[19];  /* normalised: ASCII digits and X; '*' where hidden */
    bool old15;       /* was written with 15 digits */
    bool check_holds; /* check digit right (true where none can be checked: 15 digits, masked) */
    bool birth_valid; /* the birth date is told, exists and is not in the future */
    Day birth;        /* DAY_NONE when hidden or no date */
    char sex;         /* 'M', 'F', or 0 when hidden */
    char division[7]; /* first six digits, shorter when hidden */
    char tail[5];     /* last four characters, or empty when hidden */
} CitizenId;

/* Tolerates full-width digits, lower-case x, leading ' or trailing tabs, quotes, inner blanks. A
 * run of * × ● • or X hides digits; when the stars were not counted (510502****1234) they are
 * stretched to 18 characters. 15 digits are WHOLE whatever they are: see birth_valid. */
CitizenId citizen_id_read(Str text);
char citizen_id_check_digit(const char first17[17]);
/* 510502********1234 */
void citizen_id_mask(const CitizenId *id, char out[19]);

/* GB 32100-2015 unified social credit code (18) and what came before it. */
typedef enum CreditCodeForm {
    CREDIT_CODE_NONE,         /* something else: 无, text, wrong length */
    CREDIT_CODE_UNIFIED,      /* 18 characters of the GB 32100 set */
    CREDIT_CODE_OLD_REGISTER, /* 15-digit business registration number */
    CREDIT_CODE_ORGANISATION, /* 9-character organisation code, GB 11714, with or without hyphen */
} CreditCodeForm;

typedef struct CreditCode {
    CreditCodeForm form;
    char code[19];    /* normalised upper case */
    bool check_holds; /* GB 32100 (or GB 11714, or the 15-digit number's own) check character right
                       */
} CreditCode;

CreditCode credit_code_read(Str text);
char credit_code_check_digit(const char first17[17]); /* 0 when a character is outside the set */

/* Vehicle plate, normalised (upper case, no dots or blanks): 川E12345, 川AD12345, 川E1234学 … */
bool plate_read(Str text, char out[24]);
/* Mobile or fixed-line number: digits without country code, then 转 and the extension if one is
 * written: 13800001234, 08303123456, 08303123456转801. Several numbers in one cell are none. */
bool phone_read(Str text, char out[24]);
/* Case and document numbers, for matching: full-width to half-width, all brackets to 〔〕, blanks
 * removed. */
void document_number_read(Str text, Arena *a, Str *out);

#endif
