// SPDX-License-Identifier: MulanPSL-2.0
// Which columns somebody wants to see in a table, kept in the browser under the table's name.
import { computed, ref, type ComputedRef } from 'vue'
import type { TableColumn } from './table'

export interface ColumnChoice {
  shown: ComputedRef<TableColumn[]>
  /** Columns that may be hidden, and whether they are wanted. */
  offered: ComputedRef<{ key: string; title: string; on: boolean }[]>
  set: (key: string, on: boolean) => void
  reset: () => void
}

type Wanted = Record<string, boolean>

function stored(name: string): Wanted {
  try {
    return JSON.parse(localStorage.getItem(name) ?? '{}') as Wanted
  } catch {
    return {}
  }
}

/* A column asked for outright is no longer the first to go when room runs short. */
function insistedOn(column: TableColumn): TableColumn {
  return { ...column, roomy: false, wide: false, spare: false }
}

export function useColumns(name: string, columns: ComputedRef<TableColumn[]>): ColumnChoice {
  const key = `lianheng.columns.${name}`
  const wanted = ref<Wanted>(stored(key))

  /* At once, so that a page closed right after the click has kept it. */
  function keep(now: Wanted): void {
    wanted.value = now
    try {
      localStorage.setItem(key, JSON.stringify(now))
    } catch {
      /* The choice then lasts for this page. */
    }
  }

  return {
    shown: computed(() =>
      columns.value.filter((c) => c.head || wanted.value[c.key] !== false).map((c) => (wanted.value[c.key] === true ? insistedOn(c) : c)),
    ),
    offered: computed(() =>
      columns.value.filter((c) => !c.head).map((c) => ({ key: c.key, title: c.title, on: wanted.value[c.key] ?? !c.roomy })),
    ),
    /* Another window may have chosen meanwhile. */
    set: (column, on) => keep({ ...wanted.value, ...stored(key), [column]: on }),
    reset: () => keep({}),
  }
}
