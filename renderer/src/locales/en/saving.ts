/** Making snapshots and settling those that were cut off. */
export const saving = {
  snapshot: {
    verb: 'Snapshot',
    of: 'Snapshot {name}',
    oneClick: 'Snapshot {name} at once, under the next free name',
    box: 'Snapshot of this container',
    message: 'Message (optional)',
    reference: 'Name and tag',
    referencePlaceholder: 'name:tag',
    author: 'Author',
    by: 'by',
    nobody: 'nobody',
    base: {
      run: 'The command that pulls it:',
      runThere: 'The command that pulls it, to be run on {name}:',
      copy: 'Copy the command',
    },
    pause: 'pause {name} meanwhile',
    shortcutHint: 'Ctrl+Enter from anywhere in this box',
    paths: '{count} changed path | {count} changed paths',
    extent: '{size} in {paths}',
    notIncluded: 'Not included: {what}',
    engineFiles: 'Not included: what is written to {what}, files that the engine keeps itself.',
    manyLayers: 'The image has {layers} layers already; engines refuse more than 127.',
    reviewFailed: 'No name could be suggested: {why}',
    warnings: 'Before the snapshot',
    whiteoutName:
      '{path} is a real file whose name means “delete”: {deletes} would be missing from the snapshot.',
    moreWarnings: 'and {count} more | and {count} more',
    obstacle: {
      gone: 'The container is gone.',
      dead: 'The container is dead; the engine cannot save it.',
      removing: 'The container is being removed.',
      unsettled:
        'What became of the snapshot before is not known yet. Wait until it is, or forget that one above.',
    },
    steps: 'Progress',
    step: {
      waiting: 'Waiting',
      saving: 'Saving the upper layer',
      settling: 'The answer was lost; looking for the image',
      checking: 'Checking the image',
      naming: 'Naming it',
      comparing: 'Holding it against the container',
    },
    seconds: '{seconds} s',
    cancelling: 'Cancelling…',
    keptAs: 'Kept as',
    but: ', but {count} path is not as in the container | , but {count} paths are not as in the container',
    showPaths: 'Show the paths',
    hidePaths: 'Hide the paths',
    copyPaths: 'Copy the list',
    listed: {
      label: 'What the image has otherwise',
      missing: 'missing',
      extra: 'only in the image',
      different: 'different',
      differentIn: 'different: {what}',
      more: '{what}: {count} more, not listed',
    },
    verified: {
      host: '{count} path compared with the files on disk | {count} paths compared with the files on disk',
      engine:
        '{count} path compared with what the engine tells | {count} paths compared with what the engine tells',
      meanwhile:
        '{count} path was changed meanwhile, so nothing can be said of it | {count} paths were changed meanwhile, so nothing can be said of them',
    },
    willDiffer: {
      label: 'What the image will have otherwise',
      with: '{what}: {paths}',
      andMore: '{what}: {paths} and {count} more',
      reason: {
        socket:
          '{count} socket will be missing from the image | {count} sockets will be missing from the image',
        attributes:
          'Extended attributes or access lists of {count} path will be missing | Extended attributes or access lists of {count} paths will be missing',
        root: 'What changed about the root directory itself will be missing',
        'time-before-1970':
          'The time of {count} path is before 1970 and will be another | The times of {count} paths are before 1970 and will be others',
        'path-too-long':
          '{count} path is too long for the engine and will be missing | {count} paths are too long for the engine and will be missing',
        'owner-unmapped':
          'The owner of {count} path is outside the engine’s user namespace: it will be missing or have another | The owners of {count} paths are outside the engine’s user namespace: they will be missing or have others',
        'owner-of-host':
          '{count} path will have the owner that the host has for it, not the one that the container sees | {count} paths will have the owners that the host has for them, not those that the container sees',
      },
      short: {
        socket: 'socket',
        attributes: 'extended attributes',
        root: 'root directory',
        'time-before-1970': 'time before 1970',
        'path-too-long': 'path too long',
        'owner-unmapped': 'owner outside the namespace',
        'owner-of-host': 'owner of the host',
      },
    },
    checked: '{base} + {added} layers, checked',
    checkedEmpty: '{base} layers: nothing had changed, so none was added; checked',
    notFrozen: 'not frozen while saved',
    untried: 'not tried: the engine refused to make a container from it',
    compareWithBase: 'Compare with its base',
    showImage: 'Show the image',
    copyId: 'Copy the image id',
    nameTaken: {
      title: 'This name belongs to another image',
      why: '{reference} can be moved to the new snapshot. The image that has the name now is kept, but loses it.',
      keep: 'Keep it there',
      move: 'Move the name',
    },
  },
  unfinished: {
    notLooked: 'Snapshots that were cut off could not be looked for.',
    title: 'A snapshot of {name} was cut off',
    made: 'The image was made, but does not carry its name {reference} yet.',
    named: 'The image was made and is called {reference}.',
    notMade: 'No image was made.',
    running: 'The engine may still be saving it.',
    elsewhere:
      'Another engine answers now than the one that was asked for it, so what became of it cannot be seen.',
    unknown: 'The engine cannot be asked at present what became of it.',
    paused: '{name} was left paused.',
    resume: 'Resume {name}',
    name: 'Give it its name',
    forget: 'Forget',
    lookAgain: 'Look again',
  },
} as const
