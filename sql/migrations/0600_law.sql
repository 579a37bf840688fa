-- SPDX-License-Identifier: MulanPSL-2.0
-- The statute library. Imports and versions are projections of "laws.imported"; law_text is bulk public text, outside of the
-- journal: what stands there counts only as far as a version names its digest (docs/decisions/0014-statute-library.md).
CREATE TABLE law_import (
    import BIGINT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL,
    laws BIGINT NOT NULL,
    texts BIGINT NOT NULL,
    articles BIGINT NOT NULL,
    added BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    actor TEXT NOT NULL,
    at TEXT NOT NULL
);

CREATE TABLE law_version (
    law TEXT NOT NULL,
    version BIGINT NOT NULL,
    title TEXT NOT NULL,
    category TEXT NOT NULL,
    category_title TEXT NOT NULL,
    digest TEXT NOT NULL,
    import BIGINT NOT NULL,
    PRIMARY KEY (law, version)
);
CREATE UNIQUE INDEX law_version_digest ON law_version (digest);

CREATE TABLE law_text (
    digest TEXT NOT NULL PRIMARY KEY,
    text TEXT NOT NULL
);
