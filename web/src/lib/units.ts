// SPDX-License-Identifier: MulanPSL-2.0
// The organisations as a list to choose from, in the order of the tree.
import { computed, onMounted, type ComputedRef, type ShallowRef } from 'vue'
import { api, type ApiError, type Unit } from '../api'
import { useLoad } from './load'

export interface Units {
  all: ComputedRef<Unit[]>
  /** Open ones, moved in by their depth. */
  choices: ComputedRef<{ value: number; title: string }[]>
  nameOf: (number: number) => string
  error: ShallowRef<ApiError | null>
  loading: { value: boolean }
  load: (quiet?: boolean) => Promise<void>
}

export function useUnits(): Units {
  const { data, error, loading, load } = useLoad(() => api.organisationList())
  const all = computed(() => data.value?.items ?? [])
  onMounted(() => void load())
  return {
    all,
    choices: computed(() => all.value.filter((u) => u.state === 'active').map((u) => ({ value: u.organisation, title: '　'.repeat(u.depth - 1) + u.name }))),
    nameOf: (number) => all.value.find((u) => u.organisation === number)?.name ?? '',
    error,
    loading,
    load,
  }
}
