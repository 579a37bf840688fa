// SPDX-License-Identifier: MulanPSL-2.0
// Flows and matters as the server answers them, by the names the pages use.
import type { api } from '../api'

type Answer<F extends (...a: never[]) => Promise<unknown>> = Awaited<ReturnType<F>>

export type FlowItem = Answer<typeof api.flowList>['items'][number]
export type Flow = Answer<typeof api.flowGet>
export type FieldDef = Flow['fields'][number]
export type Codes = Flow['codes'][number]
export type FormEntry = Flow['begin'][number]
export type Diagram = Flow['diagram']
export type DiagramNode = Diagram['nodes'][number]

export type MatterList = Answer<typeof api.matterList>
export type MatterItem = MatterList['items'][number]
export type MatterFacets = MatterList['facets']
export type Matter = Answer<typeof api.matterGet>
export type Choice = Matter['choices'][number]
export type Clock = Matter['clocks'][number]
export type Task = Matter['tasks'][number]
export type TimelineEntry = Matter['timeline'][number]
export type MatterFile = Matter['files'][number]
export type MatterLink = Matter['links'][number]
export type Message = Answer<typeof api.matterMessages>['items'][number]
export type Colleague = Answer<typeof api.matterPeople>['items'][number]
export type ActBody = Parameters<typeof api.matterAct>[1]

export type Desk = Answer<typeof api.deskGet>
export type DeskTask = Desk['tasks']['items'][number]

export type Explanation = Answer<typeof api.matterWhy>
export type PeriodDay = Explanation['days'][number]
