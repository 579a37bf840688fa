// SPDX-License-Identifier: MulanPSL-2.0
// The titles of datasets by their ids: asked once, they are content.
import { shallowRef, type ShallowRef } from 'vue'
import { api } from '../api'

const titles = shallowRef<ReadonlyMap<string, string>>(new Map())
let asked = false

export function useDatasetTitles(): { titles: ShallowRef<ReadonlyMap<string, string>>; load: () => void } {
  return {
    titles,
    load() {
      if (asked) return
      asked = true
      api
        .datasetList()
        .then((l) => void (titles.value = new Map(l.items.map((d) => [d.dataset, d.title]))))
        .catch(() => void (asked = false))
    },
  }
}
