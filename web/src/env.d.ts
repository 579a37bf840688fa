/// <reference types="vite/client" />
// SPDX-License-Identifier: MulanPSL-2.0
// Lets TypeScript know what Vite adds.
