/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/pkcs11.c: one session for each use: log in, find the key by its label, sign, log out. */
#include "document/pkcs11.h"

#include <dlfcn.h>
#include <p11-kit/pkcs11.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/crypto.h"
#include "document/signature_der.h"

#include "base/banned.h"

enum { SLOTS = 64, COORDINATE = 32 };

/* The module takes one user at a time: PKCS#11 counts logins by process, not by session. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
    char *module, *token;
    int64_t sm2_mechanism;
    CK_FUNCTION_LIST *calls; /* loaded once */
} device;

void token_settings_use(const TokenSettings *t) {
    pthread_mutex_lock(&lock);
    free(device.module);
    free(device.token);
    device.module = t != NULL && t->module.len != 0 ? strndup(t->module.ptr, t->module.len) : NULL;
    device.token = t != NULL && t->token.len != 0 ? strndup(t->token.ptr, t->token.len) : NULL;
    device.sm2_mechanism = t != NULL ? t->sm2_mechanism : 0;
    pthread_mutex_unlock(&lock);
}

bool token_present(void) {
    pthread_mutex_lock(&lock);
    bool is = device.module != NULL;

    pthread_mutex_unlock(&lock);
    return is;
}

/* ---- SM2's own digest ---- */

/* a, b, and the base point of the curve (GB/T 32918.5). */
static const unsigned char curve[4 * COORDINATE] = {
    0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfc,
    0x28, 0xe9, 0xfa, 0x9e, 0x9d, 0x9f, 0x5e, 0x34, 0x4d, 0x5a, 0x9e, 0x4b, 0xcf, 0x65, 0x09, 0xa7,
    0xf3, 0x97, 0x89, 0xf5, 0x15, 0xab, 0x8f, 0x92, 0xdd, 0xbc, 0xbd, 0x41, 0x4d, 0x94, 0x0e, 0x93,
    0x32, 0xc4, 0xae, 0x2c, 0x1f, 0x19, 0x81, 0x19, 0x5f, 0x99, 0x04, 0x46, 0x6a, 0x39, 0xc9, 0x94,
    0x8f, 0xe3, 0x0b, 0xbf, 0xf2, 0x66, 0x0b, 0xe1, 0x71, 0x5a, 0x45, 0x89, 0x33, 0x4c, 0x74, 0xc7,
    0xbc, 0x37, 0x36, 0xa2, 0xf4, 0xf6, 0x77, 0x9c, 0x59, 0xbd, 0xce, 0xe3, 0x6b, 0x69, 0x21, 0x53,
    0xd0, 0xa9, 0x87, 0x7c, 0xc6, 0x2a, 0x47, 0x40, 0x02, 0xdf, 0x32, 0xe5, 0x21, 0x39, 0xf0, 0xa0};

void sm2_digest(const PublicKey *k, Str text, unsigned char out[32]) {
    static const char id[] = "\x00\x80"
                             "1234567812345678"; /* 128 bits, and the identifier */
    unsigned char z[SM3_SIZE];
    Sm3 *s = sm3_new();

    sm3_add(s, id, sizeof id - 1);
    sm3_add(s, curve, sizeof curve);
    sm3_add(s, k->point + 1, SIGNATURE_POINT - 1);
    sm3_end(s, z);
    s = sm3_new();
    sm3_add(s, z, sizeof z);
    sm3_add(s, text.ptr, text.len);
    sm3_end(s, out);
}

/* ---- the module ---- */

static bool no_module(Err *e, const char *what) {
    return err_set(e, ERR_UNREACHABLE, NULL,
                   "用不了密码设备：%s，请检查设置里的 token.module 和设备是否插好", what);
}

static bool refused(Err *e, const char *what, CK_RV code) {
    if (code == CKR_PIN_INCORRECT || code == CKR_PIN_LEN_RANGE || code == CKR_PIN_INVALID)
        return err_set(e, ERR_INVALID, "/pin", "密码设备的 PIN 不对");
    if (code == CKR_PIN_LOCKED)
        return err_set(e, ERR_CONFLICT, "/pin", "密码设备的 PIN 已锁定，请用管理员 PIN 解锁");
    return err_set(e, ERR_UNREACHABLE, NULL, "密码设备不能%s（代码 0x%lx）", what,
                   (unsigned long)code);
}

static bool module_load(Err *e) {
    CK_C_GetFunctionList list;
    CK_FUNCTION_LIST *calls;
    CK_C_INITIALIZE_ARGS how = {.flags = CKF_OS_LOCKING_OK};

    if (device.module == NULL)
        return no_module(e, "没有设置密码设备");
    if (device.calls != NULL)
        return true;
    void *library = dlopen(device.module, RTLD_NOW | RTLD_LOCAL);

    if (library == NULL)
        return no_module(e, "设备厂商的程序库打不开");
    *(void **)&list = dlsym(library, "C_GetFunctionList");
    if (list == NULL || list(&calls) != CKR_OK)
        return no_module(e, "设置的程序库不是 PKCS#11 模块");
    CK_RV code = calls->C_Initialize(&how);

    if (code != CKR_OK && code != CKR_CRYPTOKI_ALREADY_INITIALIZED)
        return refused(e, "初始化", code);
    device.calls = calls;
    return true;
}

/* Labels of tokens are padded with blanks to 32. */
static bool is_token(const CK_TOKEN_INFO *info) {
    size_t n = sizeof info->label;

    while (n > 0 && info->label[n - 1] == ' ')
        n--;
    return device.token == NULL ||
           (strlen(device.token) == n && memcmp(device.token, info->label, n) == 0);
}

static bool slot_find(CK_SLOT_ID *out, Err *e) {
    CK_SLOT_ID slots[SLOTS];
    CK_ULONG n = SLOTS;
    CK_TOKEN_INFO info;

    if (device.calls->C_GetSlotList(CK_TRUE, slots, &n) != CKR_OK)
        n = 0;
    for (CK_ULONG i = 0; i < n; i++)
        if (device.calls->C_GetTokenInfo(slots[i], &info) == CKR_OK &&
            (info.flags & CKF_TOKEN_INITIALIZED) && is_token(&info)) {
            *out = slots[i];
            return true;
        }
    return no_module(e, "没有找到插好的设备");
}

typedef bool WithSession(CK_SESSION_HANDLE session, void *context, Err *e);

static bool in_session(Str pin, WithSession *work, void *context, Err *e) {
    CK_SESSION_HANDLE session;
    CK_SLOT_ID slot;

    if (!module_load(e) || !slot_find(&slot, e))
        return false;
    CK_RV code = device.calls->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &session);

    if (code != CKR_OK)
        return refused(e, "打开", code);
    code = device.calls->C_Login(session, CKU_USER, (CK_UTF8CHAR *)(uintptr_t)pin.ptr, pin.len);
    bool good = code == CKR_OK || code == CKR_USER_ALREADY_LOGGED_IN ? work(session, context, e)
                                                                     : refused(e, "登录", code);

    device.calls->C_Logout(session);
    device.calls->C_CloseSession(session);
    return good;
}

static bool with_token(Str pin, WithSession *work, void *context, Err *e) {
    pthread_mutex_lock(&lock);
    bool good = in_session(pin, work, context, e);

    pthread_mutex_unlock(&lock);
    return good;
}

/* ---- keys in it ---- */

typedef struct Work {
    Str label;
    PublicKey public_;
    Arena *arena;
    unsigned char digest[32];
    unsigned char raw[2 * COORDINATE]; /* r, s */
} Work;

static bool object_find(CK_SESSION_HANDLE session, CK_OBJECT_CLASS class_, Str label,
                        CK_OBJECT_HANDLE *out, Err *e) {
    CK_ATTRIBUTE want[] = {
        {CKA_CLASS, &class_, sizeof class_},
        {CKA_LABEL, (void *)(uintptr_t)label.ptr, label.len},
    };
    CK_OBJECT_HANDLE found[2];
    CK_ULONG n = 0;
    CK_RV code = device.calls->C_FindObjectsInit(session, want, 2);

    if (code == CKR_OK) {
        code = device.calls->C_FindObjects(session, found, 2, &n);
        device.calls->C_FindObjectsFinal(session);
    }
    if (code != CKR_OK)
        return refused(e, "查找密钥", code);
    if (n == 0)
        return err_set(e, ERR_NOT_FOUND, "/label", "密码设备里没有标签为“%.*s”的密钥",
                       STR_ARG(label));
    if (n > 1)
        return err_set(e, ERR_CONFLICT, "/label", "密码设备里有几个标签为“%.*s”的密钥，请改标签",
                       STR_ARG(label));
    *out = found[0];
    return true;
}

static bool public_work(CK_SESSION_HANDLE session, void *context, Err *e) {
    Work *w = context;
    unsigned char params[64], point[128];
    CK_ATTRIBUTE get[] = {{CKA_EC_PARAMS, params, sizeof params},
                          {CKA_EC_POINT, point, sizeof point}};
    CK_OBJECT_HANDLE key;
    Str inner;

    if (!object_find(session, CKO_PUBLIC_KEY, w->label, &key, e))
        return false;
    CK_RV code = device.calls->C_GetAttributeValue(session, key, get, 2);

    if (code != CKR_OK)
        return refused(e, "读取公钥", code);
    Str curve_name = {(const char *)params, get[0].ulValueLen},
        whole = {(const char *)point, get[1].ulValueLen};

    if (str_eq(curve_name, STR("\x06\x08\x2a\x81\x1c\xcf\x55\x01\x82\x2d")))
        w->public_.algorithm = SIGNATURE_SM2;
    else if (str_eq(curve_name, STR("\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07")))
        w->public_.algorithm = SIGNATURE_P256;
    else
        return err_set(e, ERR_INVALID, "/label", "密码设备里的密钥不是 SM2，也不是 P-256");
    if (!der_take(&whole, DER_OCTETS, &inner) || inner.len != SIGNATURE_POINT || inner.ptr[0] != 4)
        return err_set(e, ERR_INVALID, "/label", "密码设备给出的公钥读不懂");
    memcpy(w->public_.point, inner.ptr, SIGNATURE_POINT);
    return true;
}

bool token_public(Str label, Str pin, PublicKey *out, Err *e) {
    Work w = {.label = label};

    if (!with_token(pin, public_work, &w, e))
        return false;
    *out = w.public_;
    return true;
}

static bool sign_work(CK_SESSION_HANDLE session, void *context, Err *e) {
    Work *w = context;
    CK_MECHANISM how = {.mechanism = w->public_.algorithm == SIGNATURE_SM2
                                         ? (CK_MECHANISM_TYPE)device.sm2_mechanism
                                         : CKM_ECDSA};
    CK_OBJECT_HANDLE key;
    CK_ULONG n = sizeof w->raw;

    if (w->public_.algorithm == SIGNATURE_SM2 && device.sm2_mechanism == 0)
        return err_set(e, ERR_UNREACHABLE, NULL,
                       "设置里没有密码设备的 SM2 机制编号（token.sm2_mechanism），请向厂商索取");
    if (!object_find(session, CKO_PRIVATE_KEY, w->label, &key, e))
        return false;
    CK_RV code = device.calls->C_SignInit(session, &how, key);

    if (code == CKR_OK)
        code = device.calls->C_Sign(session, w->digest, sizeof w->digest, w->raw, &n);
    if (code != CKR_OK)
        return refused(e, "签名", code);
    return n == sizeof w->raw ||
           err_set(e, ERR_UNREACHABLE, NULL, "密码设备给出的签名长度不对（%lu 字节）",
                   (unsigned long)n);
}

typedef struct TokenKey {
    Str label, pin;
    PublicKey public_;
} TokenKey;

static bool token_sign(void *context, Str text, Arena *a, Str *signature, Err *e) {
    const TokenKey *k = context;
    Work w = {.label = k->label, .public_ = k->public_};

    if (k->public_.algorithm == SIGNATURE_SM2)
        sm2_digest(&k->public_, text, w.digest);
    else if (EVP_Digest(text.ptr, text.len, w.digest, NULL, EVP_sha256(), NULL) != 1)
        return err_set(e, ERR_INTERNAL, NULL, "密码库不能计算摘要");
    if (!with_token(k->pin, sign_work, &w, e))
        return false;
    *signature = DER_OF(a, DER_SEQUENCE, der_unsigned(a, (Str){(const char *)w.raw, COORDINATE}),
                        der_unsigned(a, (Str){(const char *)w.raw + COORDINATE, COORDINATE}));
    return key_verify(&k->public_, text, *signature) ||
           err_set(e, ERR_BROKEN, NULL, "密码设备给出的签名与证书的公钥不符");
}

bool token_signing(Str label, Str pin, Arena *a, Signing *out, Err *e) {
    TokenKey *k = arena_new_of(a, TokenKey);

    *k = (TokenKey){.label = str_dup(a, label), .pin = str_dup(a, pin)};
    if (!token_public(label, pin, &k->public_, e))
        return false;
    if (k->public_.algorithm != out->public_.algorithm ||
        memcmp(k->public_.point, out->public_.point, SIGNATURE_POINT) != 0)
        return err_set(e, ERR_CONFLICT, NULL, "密码设备里标签为“%.*s”的密钥不是签发证书时的那一把",
                       STR_ARG(label));
    out->sign = token_sign;
    out->context = k;
    return true;
}
