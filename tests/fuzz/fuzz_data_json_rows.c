/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tests/fuzz/fuzz_data_json_rows.c: the objects of any text come as clean rows or the file is
 * refused, however many are asked for at once. */
#include "fuzz_rows.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    RowsInfo info = {.encoding = ENCODING_UTF8, .file_size = size};
    int fd = memory_file(bytes, size);

    must(rows_digest(json_rows_open, fd, info, 1, false) ==
         rows_digest(json_rows_open, fd, info, 1000, false));
    close(fd);
    return 0;
}
