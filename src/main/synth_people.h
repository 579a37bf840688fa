/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/synth_people.h: invented persons, companies and chance, all from a seed. */
#ifndef MAIN_SYNTH_PEOPLE_H
#define MAIN_SYNTH_PEOPLE_H

#include "base/amount.h"
#include "base/identity.h"

/* SplitMix64: tiny, and the same everywhere. */
typedef struct Chance {
    uint64_t state;
} Chance;
uint64_t chance_next(Chance *c);
/* 0 … n-1 */
int64_t chance_below(Chance *c, int64_t n);
int64_t chance_between(Chance *c, int64_t least, int64_t most); /* both included */
bool chance_one_in(Chance *c, int64_t n);

/* Groups of persons who never share an identity number; those of different families never share a
 * name either, so that no accident of names makes a hit that nobody planted. */
typedef enum Group {
    GROUP_ELDERS,  /* draw a pension */
    GROUP_ADULTS,  /* drive, work with food, hold posts */
    GROUP_ACCUSED, /* convicted, not prosecuted, fined */
    GROUP_LAWYERS,
    GROUP_DEAD, /* died, never drew a pension */
    GROUP_PLANTED,
    GROUP_NEAR, /* near misses */
    GROUPS,
} Group;

typedef struct Person {
    char name[24];
    char id[19];
    char old_id[16]; /* 15 digits, empty when born after 1999 */
    char division[7];
    Day birth;
    bool woman;
} Person;

/* The i-th person of a group. i below 5 million (elders, adults), 400,000 (others). */
void person_make(Group group, uint64_t seed, int64_t i, Person *out);

typedef struct Company {
    char name[96];
    char code[19];
    char scope[128];
    char address[96];
    Day registered;
    int64_t capital; /* 万元 */
} Company;

typedef enum CompanyGroup {
    COMPANY_ORDINARY,
    COMPANY_FOOD,
    COMPANY_PLANTED,
    COMPANY_NEAR
} CompanyGroup;
void company_make(CompanyGroup group, uint64_t seed, int64_t i, Company *out);

typedef struct AgencyName {
    const char *name, *code, *word; /* word: as in 江市监罚 */
} AgencyName;
extern const AgencyName synth_agencies[];
enum {
    AGENCY_MARKET,
    AGENCY_TRANSPORT,
    AGENCY_LAND,
    AGENCY_HUMAN,
    AGENCY_FARM,
    AGENCY_ENVIRONMENT,
    AGENCY_CITY,
    AGENCY_EMERGENCY,
    AGENCY_CULTURE,
    AGENCY_HEALTH,
    AGENCY_POLICE,
    AGENCY_TAX,
    AGENCIES
};

extern const char *const synth_towns[];
enum { TOWNS = 12 };

#endif
