/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tests/fuzz/fuzz_data_csv.c: rows of any text are clean, in order of their lines, and the same
 * however many are asked for at once. The first byte chooses encoding and separator. */
#include "fuzz_rows.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static const char separators[] = {0, ',', '\t', ';'};

    if (size < 1)
        return 0;
    RowsInfo info = {.encoding = (Encoding)(bytes[0] % 5), .separator = separators[bytes[0] >> 6]};
    int fd = memory_file(bytes + 1, size - 1);

    info.file_size = size - 1;
    uint64_t one = rows_digest(csv_open, fd, info, 1, true);

    must(one == rows_digest(csv_open, fd, info, 3, true));
    must(one == rows_digest(csv_open, fd, info, 1000, true));
    close(fd);
    return 0;
}
