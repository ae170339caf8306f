import { LanguageDescription, type LanguageSupport } from '@codemirror/language'
import { languages } from '@codemirror/language-data'

/** Names that say more to a person than to the list of languages. */
const more: readonly (readonly [RegExp, string])[] = [
  [/^(\.?(bash|zsh|ash)?rc|\.?(bash_)?profile|\.bash_.*|.*\.env|\.env.*)$/i, 'Shell'],
  [/\.(conf|cfg|cnf|ini|service|socket|timer|mount|desktop|repo|list)$/i, 'Properties files'],
]

/** Interpreters after `#!`, with what they read. */
const interpreters: readonly (readonly [RegExp, string])[] = [
  [/\b(ba|da|a|z|k)?sh\b/, 'Shell'],
  [/\bpython[\d.]*\b/, 'Python'],
  [/\bnode\b/, 'JavaScript'],
  [/\bperl\b/, 'Perl'],
  [/\bruby\b/, 'Ruby'],
  [/\bphp\b/, 'PHP'],
  [/\blua\b/, 'Lua'],
]

/** What a text is written in, by its path and else by its first line; nothing for plain text. */
export function languageOf(path: string, firstLine: string): LanguageDescription | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const byName =
    LanguageDescription.matchFilename(languages, name) ??
    // A directory can tell too: /etc/nginx/conf.d/site.conf.
    LanguageDescription.matchFilename(languages, path) ??
    named(more, name)
  if (byName !== undefined) return byName
  return firstLine.startsWith('#!') ? named(interpreters, firstLine) : undefined
}

function named(table: readonly (readonly [RegExp, string])[], text: string): LanguageDescription | undefined {
  const name = table.find(([pattern]) => pattern.test(text))?.[1]
  return name === undefined ? undefined : languages.find((language) => language.name === name)
}

/** Fetches the language's own part of the application. */
export async function loadLanguage(language: LanguageDescription): Promise<LanguageSupport> {
  return language.support ?? (await language.load())
}
