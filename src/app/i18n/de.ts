/** All that the page says, in German. */
import type { Dictionary } from './en.ts'
import { plurals } from './plurals.ts'

const plural = plurals('de')

const de: Dictionary = {
  page: {
    skip: 'Zum Nachrichtenfeld springen',
    description: 'Ein KI-Chat über eine einzige WebSocket-Verbindung, der keine Antwort verliert.',
    newChat: 'Neuer Chat',
    chat: 'Chat',
    openSessions: 'Chats öffnen',
    close: 'Schließen',
    dismiss: 'Ausblenden',
    tryAgain: 'Erneut versuchen',
  },
  composer: {
    message: 'Nachricht',
    send: 'Senden',
    stop: 'Anhalten',
    stopTip: 'Anhalten (Esc)',
    placeholder: (agentName) => `Nachricht an ${agentName}`,
    placeholderRunning: 'Schon die nächste Frage stellen',
  },
  sessions: {
    title: 'Chats',
    search: 'Chats durchsuchen',
    searchPlaceholder: 'Suchen',
    lastDays: (days) => plural(days, { one: 'Letzter Tag', other: `Letzte ${days} Tage` }),
    more: 'Mehr',
    rename: 'Umbenennen',
    renameField: 'Titel',
    delete: 'Löschen',
    nothingFound: 'Nichts gefunden.',
    none: 'Hier werden deine Chats stehen.',
    showMore: 'Mehr anzeigen',
    notDeleted: (title) => `„${title}“ konnte nicht gelöscht werden.`,
    notRenamed: 'Der Titel wurde nicht geändert.',
  },
  deleting: {
    title: 'Diesen Chat löschen?',
    text: (title) =>
      `„${title}“ wird mit allem, was darin steht, gelöscht. Das lässt sich nicht rückgängig machen.`,
    cancel: 'Behalten',
    confirm: 'Löschen',
  },
  conversation: {
    name: 'Unterhaltung',
    you: (detail) => `Du, ${detail}`,
    notification: 'Mitteilung',
    error: 'Fehler',
    command: 'Befehl',
    scrollToEnd: 'Zum Ende springen',
    loadEarlier: 'Frühere Nachrichten laden',
    loadingEarlier: 'Frühere Nachrichten werden geladen …',
    gone: 'Dieser Chat wurde gelöscht.',
    notFound: 'Diesen Chat gibt es hier nicht.',
    failed: 'Dieser Chat kann gerade nicht angezeigt werden.',
  },
  outgoing: {
    waitingDetail: 'wartet',
    sendingDetail: 'wird gesendet',
    notSentDetail: 'nicht gesendet',
    networkDetail: 'wartet auf das Netz',
    waiting: 'Wartet …',
    sending: 'Wird gesendet …',
    waitingForNetwork: 'Wartet auf das Netz',
    sentByItself: 'Wartet auf das Netz. Wird von selbst gesendet.',
    busy: 'Der Server ist ausgelastet. Wird gleich gesendet …',
    limitedUntil: (time) =>
      `Mehr darfst du im Moment nicht fragen. Wird um ${time} Uhr von selbst gesendet.`,
    refused: 'Diese Nachricht wurde nicht angenommen.',
    discard: 'Verwerfen',
  },
  queue: {
    name: 'Wartende Nachrichten',
    withdraw: 'Zurückziehen',
  },
  answer: {
    copy: 'Kopieren',
    copied: 'Kopiert',
    copyCode: 'Code kopieren',
    regenerate: 'Neu erzeugen',
    good: 'Gute Antwort',
    bad: 'Schlechte Antwort',
    thinking: 'Denkt nach …',
    retrying: 'Das Modell hat nicht geantwortet. Neuer Versuch …',
    restarting: 'Der Server wurde neu gestartet. Diese Antwort beginnt von vorn …',
    continuing: 'Der Server wurde neu gestartet. Weiter, wo die Antwort stand …',
    began: (agentName) => `${agentName} antwortet.`,
    ended: (agentName) => `${agentName} hat geantwortet.`,
    failed: 'Etwas ist schiefgegangen.',
    cancelled: 'Du hast diese Antwort angehalten.',
    interrupted: 'Diese Antwort wurde unterbrochen.',
    tooLong: 'Diese Antwort hat ihre größte Länge erreicht. Bitte darum, fortzufahren.',
    filtered: 'Ein Filter des Anbieters hat diese Antwort beendet.',
    empty: 'Das Modell hat eine leere Antwort gegeben.',
  },
  content: {
    code: (language) => (language ? `Code, ${language}` : 'Code'),
    plain: 'Text',
    table: 'Tabelle',
    image: 'Bild',
  },
  connection: {
    name: 'Verbindung',
    connecting: 'Verbinden …',
    connected: 'Verbunden',
    offline: 'Offline …',
    nextTry: (seconds) => `nächster Versuch in ${seconds} s`,
    retry: 'Jetzt versuchen',
  },
  signIn: {
    nobody: 'Melde dich an, um zu chatten.',
    ended: 'Deine Anmeldung ist abgelaufen. Melde dich erneut an, um weiterzumachen.',
    other: 'Jemand anders hat sich angemeldet. Lade die Seite neu, um so weiterzumachen.',
    link: 'Anmelden',
  },
  empty: {
    text: 'Frag etwas. Die Antwort läuft weiter, wenn du gehst, und ist hier, wenn du zurückkommst.',
    suggestions: 'Vorschläge',
    examples: [
      'Erkläre mit einer Tabelle, wie sich WebSockets von HTTP unterscheiden',
      'Schreibe eine Funktion, die mit wachsenden Pausen wiederholt, und teste sie',
      'Plane drei ruhige Tage in Lissabon',
      'Hilf mir, eine Besprechung freundlich abzusagen',
    ],
  },
  simulated: {
    badge: 'Simulierte Antworten',
    title: 'Kein Modell ist verbunden.',
    text: 'Ein eingebauter Simulator antwortet, damit du alles andere ausprobieren kannst. Für echte Antworten setze einen Schlüssel und starte neu:',
    orBefore: 'Oder richte ',
    orAfter: ' auf einen beliebigen Server, der Chat Completions spricht.',
  },
  theme: {
    name: 'Farbschema',
    light: 'Hell',
    dark: 'Dunkel',
    system: 'System',
  },
  commands: {
    needSession: 'Befehle brauchen eine Unterhaltung. Sende zuerst eine Nachricht.',
    nothingRuns: 'Es läuft keine Antwort.',
    failed: 'Das hat nicht geklappt.',
  },
  broken: {
    title: 'Die Seite ist abgestürzt.',
    text: 'Deine Unterhaltungen sind sicher: Sie liegen nicht hier.',
    again: 'Neu anzeigen',
  },
  missing: {
    title: 'Hier ist nichts.',
    text: 'Vielleicht ist die Adresse vertippt.',
    link: 'Neuen Chat beginnen',
  },
  errors: {
    UPSTREAM_AUTH:
      'Der Modelldienst hat den API-Schlüssel nicht angenommen. Der Betreiber sollte OPENROUTER_API_KEY prüfen.',
    UPSTREAM_PAYMENT:
      'Das Guthaben beim Modelldienst ist aufgebraucht. Der Betreiber sollte es aufladen; frag danach erneut.',
    UPSTREAM_RATE_LIMITED:
      'Das Modell bekommt gerade zu viele Anfragen. Warte einen Moment und frag dann erneut.',
    BUDGET_SPENT:
      'Das Budget für diesen Tag ist aufgebraucht. Frag nach Mitternacht (UTC) noch einmal.',
    UPSTREAM_TIMEOUT: 'Das Modell hat zu lange für die Antwort gebraucht. Frag erneut.',
    UPSTREAM_UNAVAILABLE:
      'Der Modelldienst ist nicht erreichbar oder gestört. Frag gleich noch einmal.',
    UPSTREAM_TRUNCATED:
      'Die Verbindung zum Modell brach ab, bevor die Antwort vollständig war. Frag erneut.',
    UPSTREAM_REJECTED:
      'Der Modelldienst hat die Anfrage abgelehnt. Der Betreiber sollte MODEL und OPENROUTER_BASE_URL prüfen; vielleicht geht es mit einem anderen Modell.',
    CONTEXT_TOO_LONG:
      'Die Unterhaltung ist zu lang für dieses Modell. Nutze /clear, kürze die Nachricht oder wähle ein anderes Modell.',
    CONTENT_FILTERED:
      'Der Modelldienst hat diese Nachricht wegen ihres Inhalts abgelehnt. Formuliere sie anders.',
    INTERNAL: 'Bei uns ist etwas schiefgegangen. Frag erneut.',
    NO_TOKEN: 'Es fehlt ein Token.',
    BAD_TOKEN: 'Das Token ist nicht gültig.',
    TOKEN_EXPIRED: 'Das Token ist abgelaufen.',
    SESSION_NOT_FOUND: 'Diesen Chat gibt es hier nicht.',
    MESSAGE_NOT_FOUND: 'Diese Nachricht gibt es nicht.',
    ID_CONFLICT: 'Diese Kennung wurde für etwas anderes verwendet.',
    RATE_LIMITED: 'Zu viele Anfragen. Versuch es gleich noch einmal.',
    QUEUE_FULL:
      'In diesem Chat warten zu viele Nachrichten. Warte auf eine Antwort und sende dann erneut.',
    AUTH_UNAVAILABLE:
      'Die Anmeldung kann gerade nicht geprüft werden. Versuche es gleich noch einmal.',
    STORE_UNAVAILABLE: 'Der Server kann gerade nicht speichern. Versuch es gleich noch einmal.',
    DRAINING: 'Der Server startet neu. Versuch es gleich noch einmal.',
    CONNECTION_LOST: 'Die Verbindung ist abgebrochen.',
    TIMED_OUT: 'Der Server hat nicht rechtzeitig geantwortet.',
    TOKEN_FAILED: 'Die Anmeldung ist fehlgeschlagen.',
    CLOSED: 'Die Seite hat ihre Verbindung geschlossen.',
    WITHDRAWN: 'Die Nachricht wurde zurückgezogen.',
  },
}

export default de
