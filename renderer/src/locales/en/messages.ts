import type { en } from './index'

/** The shape of the English messages, which every other language must have too. */
export type Messages = Translated<typeof en>

type Translated<Text> = Text extends string ? string : { readonly [Key in keyof Text]: Translated<Text[Key]> }
