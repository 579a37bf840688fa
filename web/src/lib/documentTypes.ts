// SPDX-License-Identifier: MulanPSL-2.0
// Documents as the server answers them, by the names the pages use.
import type { api } from '../api'

type Answer<F extends (...a: never[]) => Promise<unknown>> = Awaited<ReturnType<F>>

export type DocList = Answer<typeof api.documentList>
export type DocRow = DocList['items'][number]
export type DocFacets = DocList['facets']
export type DocQuery = NonNullable<Parameters<typeof api.documentList>[0]>

export type Doc = Answer<typeof api.documentGet>
export type DocField = Doc['fields'][number]
export type DocEntry = NonNullable<DocField['rows']>[number]
export type DocBlock = Doc['blocks'][number]
export type DocSpan = DocBlock['spans'][number]
export type DocChoice = Doc['choices'][number]
export type DocService = Doc['services'][number]
export type DocVersion = Doc['versions'][number]
export type DocEvent = Doc['timeline'][number]
export type DocActBody = Parameters<typeof api.documentAct>[1]

export type DocsOfMatter = Answer<typeof api.documentsOfMatter>
export type DocPossible = DocsOfMatter['possible'][number]
export type DocFindings = Answer<typeof api.documentFindings>
export type DocFinding = DocFindings['items'][number]
export type DocCompare = Answer<typeof api.documentCompare>

export type DocTypeItem = Answer<typeof api.documentTypeList>['items'][number]
export type DocTypeFull = Answer<typeof api.documentTypeGet>
export type DocTemplate = Answer<typeof api.documentTemplateList>['items'][number]
