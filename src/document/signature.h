/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/signature.h: several signers over the exact bytes of a PDF, and their stamps on its
 * pages.
 *
 * A signed PDF is the laid-out bytes, untouched, and behind them one incremental update of PDF:
 *
 *     bytes of the PDF │ container │ pictures │ stamps │ the pages they stand on │ xref, trailer
 *                      └ everything here is made of container and pictures by signature_append
 *
 * Every signer signs SM3 of the same bytes, so that it does not matter who came first (会签). The
 * update is a pure function of what was signed: verifying makes it again and compares, so not one
 * byte of the file can change.
 *
 * The container is a SignedData of GB/T 35275 (before: GM/T 0010): ContentInfo with OID
 * 1.2.156.10197.6.1.4.2.2, version 1, the signed data left out, certificates of the signers and
 * then the root, SignerInfos of version 1 by issuer and serial number. Signed attributes: content
 * type, message digest (SM3 of the PDF), signing time, and one of our own (2.25.186255135633879017
 * 395244697699307265636): person or organisation, digest of the picture, its place, who is to sign.
 * Signatures are SM2 with SM3 over the attributes in DER, with the identifier 1234567812345678
 * (GM/T 0009); r and s as DER. A token without SM2 may sign with ECDSA on P-256 and SHA-256; the
 * message digest is SM3 there, too.
 *
 * Checked: SM2, SM3 and certificates against OpenSSL 3.0; the structure as public implementations
 * of GB/T 35275 describe it. Not checked, because the texts of the standards were not at hand: that
 * the wording of GM/T 0010, GM/T 0031 and GB/T 38540 (electronic seals: a container of their own,
 * with a signed seal, SESeal) asks for nothing more; no product with a type certificate has read a
 * file of ours. The time is the clock of who signed: there is no time stamp authority. */
#ifndef LIANHENG_DOCUMENT_SIGNATURE_H
#define LIANHENG_DOCUMENT_SIGNATURE_H

#include "base/crypto.h"
#include "base/day.h"
#include "data/bind.h"
#include "document/signature_key.h"

enum {
    SIGNATURES = 60,            /* signers of one document */
    SIGNATURE_FILE = 256 << 20, /* bytes of a signed file */
    SIGNATURE_PAGES = 2000,
    SEAL_SIDE = 1200,    /* pixels */
    SEAL_FILE = 2 << 20, /* bytes of an uploaded PNG */
};

/* --- pictures of seals ----------------------------------------------------------------------- */

/* As it lies in a PDF: RGB and alpha, each deflated. Its digest is what signers sign. */
typedef struct SealPicture {
    int width, height;
    Str rgb, alpha;
    unsigned char digest[SM3_SIZE];
} SealPicture;

/* ERR_INVALID: no PNG, without transparency, empty, too small; ERR_TOO_LARGE. */
bool picture_read(Str png, Arena *a, SealPicture *out, Err *e);
/* A round seal as the program draws it: ring, star, the name along the arc; `mark` below the star
 * (演示), empty: none. As PNG. */
bool picture_draw(Str name, Str mark, Buf *png, Err *e);

/* --- certificates, as files carry them -------------------------------------------------------- */

typedef enum SignerKind { SIGNER_PERSON, SIGNER_ORGANISATION, SIGNER_ROOT } SignerKind;
extern const BindName signer_kind_names[];

/* Read from DER; borrowed from it. */
typedef struct Certificate {
    Str der;
    Str signed_; /* what the issuer signed */
    Str signature;
    SignatureAlgorithm signed_by;      /* the algorithm of that signature */
    Str serial;                        /* hex */
    Str serial_bytes, issuer, subject; /* INTEGER's value; Names as DER */
    Str name, house;                   /* of whom it is; of a person also of which organisation */
    SignerKind kind;
    Instant from, until;
    PublicKey key;
} Certificate;
/* Only what certificate_make writes: ERR_INVALID. */
bool certificate_read(Str der, Arena *a, Certificate *out, Err *e);
/* Did `issuer`'s key sign it? */
bool certificate_signed_by(const Certificate *c, const Certificate *issuer);
/* SM3 of the DER, in groups of four hex digits. */
Str certificate_fingerprint(Arena *a, Str der);
Str certificate_pem(Arena *a, Str der);
/* From PEM, or DER as it stands. */
bool certificate_from_file(Str bytes, Arena *a, Str *der, Err *e);

typedef struct Revocation {
    Str serial; /* hex */
    Instant at;
    int reason; /* of X.509 */
} Revocation;
typedef struct RevocationList {
    Str der, signed_, signature, issuer;
    SignatureAlgorithm signed_by;
    Instant at; /* as of when */
    int64_t number;
    const Revocation *items;
    size_t count;
} RevocationList;
enum { REVOCATIONS = 100000 };
bool revocations_read(Str der, Arena *a, RevocationList *out, Err *e);
/* "私钥泄露" … */
extern const BindName revocation_reason_names[];

/* --- signing --------------------------------------------------------------------------------- */

/* Where a stamp's middle stands, in 1/100 mm from the upper left corner of the page. page 0: none.
 */
typedef struct StampPlace {
    int page, x, y, width;
} StampPlace;

/* What one signer puts his name to. */
typedef struct SignerInfo {
    SignerKind kind;
    Str certificate;                 /* DER */
    Instant at;                      /* to the second */
    unsigned char message[SM3_SIZE]; /* of the PDF */
    bool pictured;
    unsigned char picture[SM3_SIZE];
    StampPlace place;
    const Str *wanted; /* names of all who are to sign, signed by each of them */
    size_t wanted_count;
    Str attributes; /* DER, as signed */
    Str signature;
} SignerInfo;

typedef struct SignatureSet {
    Str root; /* DER */
    const SignerInfo *signers;
    size_t count;
    const SealPicture *pictures;
    size_t picture_count;
} SignatureSet;

/* One more signer: fills attributes and signature of `info`, whose other members the caller gave
 * (message is reckoned here). */
bool signature_make(Str pdf, SignerInfo *info, const Signing *how, Arena *a, Err *e);
/* The update behind `pdf`. ERR_INVALID when the PDF is not one our layout wrote, or a place lies
 * outside of it. */
bool signature_append(Str pdf, const SignatureSet *set, Buf *update, Err *e);
/* The set again, of a signed file; *pdf are the bytes that were signed. ERR_NOT_FOUND: there is no
 * signature of ours in it; ERR_BROKEN: there is, but it is damaged, or something came behind it. */
bool signature_open(Str file, Arena *a, SignatureSet *set, Str *pdf, Err *e);

/* --- verifying ------------------------------------------------------------------------------- */

/* The worst one found, worse ones later. */
#define SIGNATURE_VERDICTS(X)                             \
    X(GOOD, "good", "签章有效")                           \
    X(INCOMPLETE, "incomplete", "签章有效，但尚未签齐")   \
    X(UNPROVEN, "unproven", "签章完好，但没有核对根证书") \
    X(EXPIRED, "expired", "签章时证书不在有效期内")       \
    X(REVOKED, "revoked", "签章时证书已被吊销")           \
    X(STRANGE, "strange", "不是这个根证书签发的签章")     \
    X(FALSE, "false", "签名不符")                         \
    X(BEHIND, "behind", "签章之后文件被改动过")           \
    X(CHANGED, "changed", "正文被改动过")                 \
    X(DAMAGED, "damaged", "签章部分已损坏，无法核验")     \
    X(NONE, "none", "文件里没有本系统的电子签章")         \
    X(NOT_PDF, "not_pdf", "不是 PDF 文件")
typedef enum SignatureVerdict {
#define X(id, name, title) SIGNATURE_##id,
    SIGNATURE_VERDICTS(X)
#undef X
} SignatureVerdict;
extern const BindName signature_verdict_names[];

typedef struct SignerReport {
    SignatureVerdict verdict;
    SignerInfo info;
    Certificate certificate;
    bool revoked; /* at any time */
    Instant revoked_at;
    int reason;
    Str sentence; /* Chinese: who, for whom, when, what is wrong */
} SignerReport;

typedef struct SignatureReport {
    SignatureVerdict verdict;
    Str sentence;
    const Str *notes; /* what was not checked, and what else to know */
    size_t note_count;
    const SignerReport *signers;
    size_t count;
    const Str *wanted; /* still missing */
    size_t wanted_count;
    size_t signed_bytes, bytes;
    Str root;               /* fingerprint of the root in the file */
    bool root_known;        /* it was compared with one that was given */
    Instant revocations_at; /* 0: no list was given */
} SignatureReport;

typedef struct SignatureTrust {
    Str root;        /* DER; empty: not given */
    Str revocations; /* DER of the list; empty: not given */
} SignatureTrust;

/* Never fails on account of the file: the report says what is wrong with it. ERR_INVALID when the
 * root or the list given is none. */
bool signature_verify(Str file, const SignatureTrust *trust, Arena *a, SignatureReport *out,
                      Err *e);
/* {verdict, title, sentence, notes, signers: […], …}, for --json and the tests. */
Node *signature_report_node(const SignatureReport *r, Arena *a);

#endif
