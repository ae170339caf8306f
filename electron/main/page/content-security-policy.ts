/**
 * Electron's security checklist, point 7. Sent as a header, so that a changed page cannot drop it. The sandbox lets script run and no more:
 * no dialogs of the page's own, which stand the window still, no printing, windows or downloads. Without `allow-forms` no form would
 * tell its page that it is submitted; where one may lead is `form-action`'s.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
  'sandbox allow-scripts allow-same-origin allow-forms',
].join('; ')
