// SPDX-License-Identifier: MulanPSL-2.0
// What this page uses of sm-crypto (MIT).
declare module 'sm-crypto' {
  export const sm2: {
    doVerifySignature(message: number[], signature: string, publicKey: string, options: { hash: boolean; der: boolean; userId?: string }): boolean
  }
  export function sm3(message: number[]): string
}
