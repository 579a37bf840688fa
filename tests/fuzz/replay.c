/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tests/fuzz/replay.c: runs a fuzz target over saved inputs, as an ordinary test and without
 * libFuzzer: replay FOLDER… */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { INPUT_MAX = 1 << 24 };

static int replay_file(const char *folder, const char *name) {
    char path[4096];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "rb");
    uint8_t *bytes = malloc(INPUT_MAX);

    if (!f || !bytes) {
        perror(path);
        return 0;
    }
    size_t n = fread(bytes, 1, INPUT_MAX, f);

    fclose(f);
    uint8_t *exact = malloc(n ? n : 1); /* so that a sanitizer sees a step beyond the end */

    if (!exact)
        abort();
    memcpy(exact, bytes, n);
    LLVMFuzzerTestOneInput(exact, n);
    free(exact);
    free(bytes);
    return 1;
}

int main(int count, char **arguments) {
    int inputs = 0;

    for (int i = 1; i < count; i++) {
        DIR *folder = opendir(arguments[i]);

        if (!folder) {
            perror(arguments[i]);
            return 1;
        }
        for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
            if (entry->d_name[0] != '.')
                inputs += replay_file(arguments[i], entry->d_name);
        closedir(folder);
    }
    printf("%d inputs\n", inputs);
    return inputs > 0 ? 0 : 1; /* an empty folder proves nothing */
}
