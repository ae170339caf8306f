import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { i18n } from './locales/i18n'
import { useContainers } from './stores/containers/containers'
import { useHosts } from './stores/hosts/hosts'
import { useImages } from './stores/images/images'
import { useKeptPlace } from './stores/place/kept-place'
import { useNavigation } from './stores/place/navigation'
import { usePrompts } from './stores/hosts/prompts'
import { refreshOnReturn } from './stores/window/refresh'
import { useSettings } from './stores/settings/settings'
import { useStorageNotices } from './stores/settings/storage-notices'
import { useUnfinished } from './stores/snapshots/unfinished'
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'
import './styles/tabs.css'
import './styles/overlays.css'

const app = createApp(App).use(createPinia()).use(i18n)

useContainers().start()
useImages().start()
useUnfinished().start()
refreshOnReturn()
useHosts().onRemoved(useNavigation().leaveHost)
void usePrompts().start()
void useStorageNotices().start()
void useHosts().start()
await useSettings().load()
useKeptPlace()
app.mount('#app')
