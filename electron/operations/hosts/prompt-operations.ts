import type { Handler } from '../context/handler'

export const listPrompts: Handler<'prompts.list'> = (context) => Promise.resolve(context.prompts.list())

export const answerPrompt: Handler<'prompts.answer'> = async (context, { promptId, values, remember }) => {
  const answer = values === undefined ? undefined : { values, remember: remember ?? false }
  await Promise.resolve(context.prompts.answer(promptId, answer))
  return { promptId }
}
