import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { i18n } from './locales/i18n'
import { useContainers } from './stores/containers'
import { useHosts } from './stores/hosts'
import { useImages } from './stores/images'
import { useKeptPlace } from './stores/kept-place'
import { useNavigation } from './stores/navigation'
import { usePrompts } from './stores/prompts'
import { refreshOnReturn } from './stores/refresh'
import { useSettings } from './stores/settings'
import { useStorageNotices } from './stores/storage-notices'
import { useUnfinished } from './stores/unfinished'
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
