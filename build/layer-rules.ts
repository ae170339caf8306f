/**
 * Who may import whom: the layers, and the folders of each. Lint holds every file to it (`layer-lint.ts`), and a test holds the table to the
 * tree: it names each folder, no arrow that nothing uses, and no way from a folder back to itself (`test/unit/build/layer-rules.test.ts`).
 */
export interface Layer {
  /** The layers it may import, by their folder; with `/*` their own files only, none of a folder below. */
  readonly layers: readonly string[]
  /** Layers of which it may import types. */
  readonly types?: readonly string[]
  /** npm names, or `node:` for Node's modules. */
  readonly packages: readonly string[]
  /** Each folder of the layer (`.` is the layer itself), with the folders of the layer that it may import, parted by spaces. */
  readonly folders: Readonly<Record<string, string>>
}

const electron: Record<string, Layer> = {
  'electron/core': {
    layers: [],
    packages: [],
    folders: {
      base: '',
      'change-tree': 'base changes columns',
      'change-view': 'base change-tree changes columns',
      changes: 'base',
      columns: 'base',
      containers: '',
      files: 'changes',
      findings: 'base changes columns',
      hosts: 'base',
      images: 'base',
      logs: 'base',
      messages: '',
      owners: 'changes',
      settings: '',
      snapshots: 'base',
    },
  },
  'electron/machine': { layers: ['electron/core'], packages: ['node:'], folders: { '.': '' } },
  'electron/contract': { layers: ['electron/core'], packages: ['zod'], folders: { '.': '' } },
  'electron/transport': {
    layers: ['electron/core', 'electron/machine'],
    packages: ['node:'],
    folders: {
      '.': '',
      'known-hosts': '. remote ssh-config ssh-config/files',
      limits: '.',
      local: '. limits remote',
      remote: '.',
      'ssh-config': '. ssh-config/files',
      'ssh-config/files': '.',
    },
  },
  'electron/transport/ssh2': {
    layers: ['electron/core', 'electron/transport'],
    packages: ['node:', 'ssh2', 'bcrypt-pbkdf'],
    folders: {
      '.': 'channels commands host-keys link',
      algorithms: '',
      channels: 'flow guard',
      commands: 'channels hello link login',
      flow: 'guard',
      guard: '',
      hello: 'algorithms',
      'host-keys': 'algorithms',
      keys: 'algorithms',
      link: 'algorithms channels flow guard hello host-keys login network',
      login: 'algorithms hello keys',
      network: '',
    },
  },
  'electron/engine': {
    layers: ['electron/core', 'electron/transport/*'],
    packages: ['node:', 'zod'],
    folders: {
      '.': '',
      docker: '. http tar',
      http: '.',
      open: '. docker http podman',
      podman: '. docker http tar',
      tar: '.',
    },
  },
  'electron/hostfs': {
    layers: ['electron/core', 'electron/transport/*'],
    packages: ['node:'],
    folders: {
      attributes: 'commands host overlay',
      commands: 'host',
      content: 'attributes commands host lookups',
      difference: 'attributes host lookups stack upper',
      'engine-store': 'host overlay',
      host: '',
      lookups: 'attributes commands host',
      overlay: 'commands host',
      stack: 'attributes commands host lookups overlay',
      upper: 'attributes commands content host lookups overlay stack',
    },
  },
  'electron/session': {
    layers: [
      'electron/core',
      'electron/machine',
      'electron/transport',
      'electron/transport/ssh2',
      'electron/engine',
      'electron/hostfs',
    ],
    packages: ['node:'],
    folders: {
      base: '',
      changes: 'base content findings host images mounts',
      containers: 'host',
      content: 'base host images mounts',
      engines: 'base',
      findings: 'base',
      host: 'base engines',
      images: 'host',
      mounts: 'base host',
      snapshots: 'base changes containers host images mounts',
      undo: 'base containers content host images mounts',
    },
  },
  'electron/storage': {
    layers: ['electron/core', 'electron/machine', 'electron/contract'],
    packages: ['node:', 'zod', 'env-paths'],
    folders: { '.': 'files', files: '', logs: '' },
  },
  'electron/operations': {
    layers: [
      'electron/core',
      'electron/machine',
      'electron/contract',
      'electron/session',
      'electron/storage',
    ],
    packages: ['node:', 'chardet', 'csv-stringify'],
    folders: {
      '.': 'changes connections containers content context files hosts images listings logs reports settings snapshots undo',
      changes: 'context listings values',
      connections: 'logs',
      containers: 'context',
      content: 'context files values',
      context: 'connections listings logs',
      files: 'context',
      hosts: 'connections context',
      images: 'context',
      listings: 'values',
      logs: '',
      reports: 'context files listings values',
      settings: 'context',
      snapshots: 'context values',
      undo: 'context values',
      values: '',
    },
  },
  'electron/main/thread': {
    layers: [
      'electron/core',
      'electron/contract',
      'electron/transport',
      'electron/operations',
      'electron/storage',
    ],
    packages: ['node:', 'birpc'],
    folders: { '.': '' },
  },
  'electron/main': {
    layers: [
      'electron/core',
      'electron/machine',
      'electron/contract',
      'electron/transport',
      'electron/operations',
      'electron/storage',
      'electron/main/thread',
    ],
    packages: ['node:', 'electron'],
    folders: { '.': 'logs page window', logs: '', page: 'logs', window: 'logs page' },
  },
  'electron/preload': { layers: ['electron/core'], packages: ['electron'], folders: { '.': '' } },
  'electron/cli': {
    layers: ['electron/core', 'electron/contract', 'electron/operations', 'electron/storage'],
    packages: ['node:', 'zod'],
    folders: { '.': '' },
  },
}

const bridge = ['electron/core', 'renderer/src/bridge', 'renderer/src/resources']
const contract = ['electron/contract']

const renderer: Record<string, Layer> = {
  'renderer/src/bridge': { layers: ['electron/core'], types: contract, packages: [], folders: { '.': '' } },
  'renderer/src/diff': { layers: [], packages: ['@jest/diff-sequences'], folders: { '.': '' } },
  'renderer/src/resources': { layers: ['electron/core'], packages: ['vue'], folders: { '.': '' } },
  'renderer/src/locales': {
    layers: [],
    packages: ['vue-i18n'],
    folders: { '.': 'en zh-cn', en: '', 'zh-cn': 'en' },
  },
  'renderer/src/ui': {
    layers: bridge,
    packages: ['vue', 'vue-i18n', 'reka-ui', '@lucide/vue', '@tanstack/vue-virtual'],
    folders: { '.': 'text', focus: '', lists: '.', text: '' },
  },
  'renderer/src/stores': {
    layers: bridge,
    types: contract,
    packages: ['vue', 'pinia'],
    folders: {
      changes: 'hosts place settings',
      containers: 'hosts settings',
      content: 'changes place',
      details: 'containers images place',
      hosts: '',
      images: 'hosts',
      place: 'containers hosts images settings',
      reports: 'changes containers content place',
      settings: '',
      snapshots: 'containers hosts place settings',
      stacks: 'place',
      undo: 'changes place snapshots',
      window: 'changes containers details hosts images place snapshots stacks',
    },
  },
  'renderer/src/features': {
    layers: [
      ...bridge,
      'renderer/src/diff',
      'renderer/src/locales',
      'renderer/src/stores',
      'renderer/src/ui',
    ],
    types: contract,
    packages: [
      'vue',
      'vue-i18n',
      'reka-ui',
      '@lucide/vue',
      '@tanstack/vue-virtual',
      '@codemirror',
      '@lezer/highlight',
    ],
    folders: {
      'all-hosts': 'containers hosts/state',
      changes: 'changes/filters changes/tree content export hosts/state images undo',
      'changes/filters': 'compare',
      'changes/tree': '',
      compare: 'hosts/state images layers',
      containers: 'changes hosts/state layers snapshots',
      content:
        'content/bytes content/facts content/lost content/pictures content/saving content/text content/view images',
      'content/bytes': 'content/view',
      'content/facts': 'content/view images',
      'content/lost': '',
      'content/pictures': 'content/view images',
      'content/saving': 'images',
      'content/text': 'content/view images',
      'content/view': '',
      export: '',
      frame: 'hosts/state images settings',
      hosts: 'hosts/add hosts/log hosts/state',
      'hosts/add': '',
      'hosts/log': 'hosts/state',
      'hosts/state': '',
      images: 'hosts/state layers',
      layers: '',
      palette: 'hosts/state images',
      prompts: 'hosts/state',
      settings: '',
      shortcuts: '',
      snapshots: 'hosts/state',
      undo: 'snapshots',
    },
  },
  'renderer/src/screens': {
    layers: ['renderer/src/features', 'renderer/src/stores', 'renderer/src/ui'],
    packages: ['vue', 'vue-i18n', '@lucide/vue'],
    folders: { '.': '' },
  },
  'renderer/src': {
    layers: ['features', 'locales', 'screens', 'stores', 'styles', 'ui'].map(
      (name) => `renderer/src/${name}`,
    ),
    packages: ['vue', 'vue-i18n', 'pinia'],
    folders: { '.': '' },
  },
}

/** Every layer by its folder, the lower ones first. */
export const layers: Readonly<Record<string, Layer>> = { ...electron, ...renderer }
