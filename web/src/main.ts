// SPDX-License-Identifier: MulanPSL-2.0
// The page starts here: look first (so nothing flashes), then the session, then the route.
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import 'element-plus/theme-chalk/base.css'
import './styles/tokens.css'
import './styles/base.css'
import App from './App.vue'
import { onSignedOut } from './api'
import { makeRouter } from './router'
import { useLook } from './stores/look'
import { useSession } from './stores/session'

const app = createApp(App)
app.use(createPinia())

const look = useLook()
look.apply()
look.watchSystem()

const session = useSession()
const router = makeRouter(session)
onSignedOut(() => {
  session.take(null)
  /* Several requests may be refused at once; only the first knows where one was. */
  const at = router.currentRoute.value
  if (!at.meta.open) void router.push({ name: 'sign-in', query: { to: at.fullPath } })
})

app.use(router)
app.mount('#app')
