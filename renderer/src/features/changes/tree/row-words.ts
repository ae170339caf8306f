import { useI18n } from 'vue-i18n'
import type { ChangeRow } from '../../../stores/changes/changes'
import { changesBelow, kindDrawing } from '../../../stores/changes/change-row'

/** What is said of a line beside its columns: in its title, and to those who do not see the marks. */
export function useRowWords() {
  const { t, n } = useI18n()

  /** Of the letter: the kind, and what differs. */
  function kindTitle(row: ChangeRow): string {
    if (row.kind === undefined) return ''
    const differing = aspectText(row)
    return differing === undefined ? t(`kind.${row.kind}`) : `${t(`kind.${row.kind}`)}\n${differing}`
  }

  function aspectText(row: ChangeRow): string | undefined {
    if (row.kind !== 'modified' || row.aspects === undefined) return undefined
    const what = row.aspects.map((aspect) => t(`line.aspect.${aspect}`)).join(t('line.listed'))
    switch (kindDrawing(row)) {
      case 'full':
        return t('line.differs', { what })
      case 'metadata':
        return what === '' ? t('line.same') : t('line.metadata', { what })
      case 'unsure':
        return what === '' ? t('line.unsure') : `${t('line.differs', { what })}\n${t('line.unsure')}`
    }
  }

  function freshText(row: ChangeRow): string | undefined {
    if (row.fresh !== true) return undefined
    return t(row.expandable ? 'line.freshBelow' : 'line.fresh')
  }

  function movedText({ kind, moved }: ChangeRow): string | undefined {
    if (moved === undefined) return undefined
    return t(kind === 'deleted' ? 'line.movedTo' : 'line.movedFrom', { path: moved.path })
  }

  function countsText(row: ChangeRow): string | undefined {
    if (changesBelow(row) === 0) return undefined
    const { added, modified, deleted } = row.totals
    return t('changes.counts', {
      added: n(added, 'whole'),
      modified: n(modified, 'whole'),
      deleted: n(deleted, 'whole'),
    })
  }

  function runtimeText(row: ChangeRow): string | undefined {
    return row.runtime === true ? t('line.runtime') : undefined
  }

  return {
    kindTitle,
    movedTitle: (row: ChangeRow) =>
      row.moved === undefined ? '' : `${movedText(row) ?? ''}\n${t(`line.by.${row.moved.by}`)}`,
    nameTitle: (row: ChangeRow) =>
      [row.path, countsText(row), freshText(row), runtimeText(row)].filter(Boolean).join('\n'),
    /** For a screen reader, after the line's columns. */
    spoken: (row: ChangeRow) =>
      [aspectText(row), movedText(row), freshText(row), runtimeText(row)].filter(Boolean).join('. '),
  }
}
