// SPDX-License-Identifier: MulanPSL-2.0
// A form of a flow: which fields, which of them must be filled, and what is missing.
import type { FieldDef, FormEntry } from './matterTypes'

export interface FormField {
  field: FieldDef
  required: boolean
}

export const formFields = (entries: readonly FormEntry[], fields: readonly FieldDef[]): FormField[] =>
  entries.flatMap((entry) => {
    const field = fields.find((f) => f.field === entry.field)
    return field ? [{ field, required: entry.required }] : []
  })

/** By place, as the server names it: what is required and not there. */
export function missing(fields: readonly FormField[], filled: (f: FieldDef) => boolean): Record<string, string> {
  const out: Record<string, string> = {}
  for (const { field, required } of fields) if (required && !filled(field)) out[`values/${field.field}`] = `请填写${field.title}。`
  return out
}
