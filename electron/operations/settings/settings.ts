import type { Handler } from '../context/handler'

export const getSettings: Handler<'settings.get'> = (context) => context.settings.read()

export const setSettings: Handler<'settings.set'> = (context, some) => context.settings.change(some)

export const listNotices: Handler<'storage.notices'> = (context) => Promise.resolve(context.notices.list())
