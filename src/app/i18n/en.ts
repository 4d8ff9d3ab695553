/**
 * All that the page says, in English: the source of the type that every other language has to fill.
 * Roles and names of the contract (section 8) are these. What takes a value is a function of it.
 */
import { plurals } from './plurals.ts'

const plural = plurals('en')

const en = {
  page: {
    skip: 'Skip to the message field',
    description: 'An AI chat agent over one live WebSocket that never loses an answer.',
    newChat: 'New chat',
    chat: 'Chat',
    openSessions: 'Open sessions',
    close: 'Close',
    dismiss: 'Dismiss',
    tryAgain: 'Try again',
  },
  composer: {
    message: 'Message',
    send: 'Send',
    stop: 'Stop',
    stopTip: 'Stop (Esc)',
    placeholder: (agentName: string) => `Message ${agentName}`,
    placeholderRunning: 'Ask what comes next',
    answering: 'Answering',
    charactersLeft: (characters: string) => `${characters} characters left.`,
    charactersOver: (characters: string) =>
      `Too long by ${characters} characters. Shorten it to send it.`,
  },
  sessions: {
    title: 'Sessions',
    search: 'Search sessions',
    searchPlaceholder: 'Search',
    lastDays: (days: number) =>
      plural(days, { one: `Last ${days} day`, other: `Last ${days} days` }),
    more: 'More',
    rename: 'Rename',
    renameField: 'Title',
    delete: 'Delete',
    nothingFound: 'Nothing is called that.',
    none: 'Your chats will be here.',
    showMore: 'Show more',
    notDeleted: (title: string) => `“${title}” could not be deleted.`,
    notRenamed: 'The title was not changed.',
  },
  deleting: {
    title: 'Delete this chat?',
    text: (title: string) => `“${title}” and everything in it will be gone. This cannot be undone.`,
    cancel: 'Keep it',
    confirm: 'Delete',
  },
  conversation: {
    name: 'Conversation',
    you: (detail: string) => `You, ${detail}`,
    notification: 'Notification',
    error: 'Error',
    command: 'Command',
    scrollToEnd: 'Scroll to end',
    loadEarlier: 'Load earlier messages',
    loadingEarlier: 'Loading earlier messages…',
    gone: 'This chat was deleted.',
    notFound: 'There is no such chat here.',
    failed: 'This chat cannot be shown now.',
  },
  outgoing: {
    /** Read after "You": how far a message is on its way. */
    waitingDetail: 'queued',
    sendingDetail: 'sending',
    answeringDetail: 'answering',
    notSentDetail: 'not sent',
    networkDetail: 'waiting for the network',
    sending: 'Sending…',
    waitingForNetwork: 'Waiting for the network',
    sentByItself: 'Waiting for the network. It is sent by itself.',
    busy: 'The server is busy. Sent in a moment…',
    tooMany: (seconds: string) => `Too many messages at once. Tried again in ${seconds} s.`,
    tooManyNow: 'Too many messages at once. Trying again…',
    queueFull: 'The queue is full. Sent when there is room.',
    /** With a time of day. */
    limitedUntil: (time: string) =>
      `You have used up what you may ask for now. It is sent by itself at ${time}.`,
    refused: 'This message was not accepted.',
    discard: 'Discard',
  },
  queue: {
    name: 'Queued messages',
    edit: 'Edit',
    withdraw: 'Withdraw',
    sendNext: 'Send next',
    move: 'Move',
    place: (place: number) => `Queued, place ${place}`,
    held: 'Held while it is edited',
    newAnswer: 'New answer to: ',
    withdrawn: 'Withdrawn.',
    sentAhead: 'Sent ahead.',
    tooLate: 'This message has been sent already.',
    field: 'Edit text',
    heldHere: 'Held while you edit it',
    notHeld: 'Offline: it may be sent before you save',
    tooLong: (characters: string) => `Too long by ${characters} characters`,
    save: 'Save',
    cancel: 'Cancel',
    late: 'Late edit',
    lateSent: 'This message has been sent already, without your change.',
    lateWithdrawn: 'This message was withdrawn while you edited it.',
    take: 'Put it into the message field',
    dragHelp: 'Press Space, move it with the arrow keys, press Space again. Escape leaves it.',
    picked: (place: number, of: number) => `Picked up. Place ${place} of ${of}.`,
    over: (place: number, of: number) => `Place ${place} of ${of}.`,
    dropped: (place: number, of: number) => `Dropped. Place ${place} of ${of}.`,
    left: 'Left where it was.',
  },
  answer: {
    copy: 'Copy',
    copied: 'Copied',
    copyCode: 'Copy code',
    regenerate: 'Regenerate',
    good: 'Good answer',
    bad: 'Bad answer',
    thinking: 'Thinking…',
    retrying: 'The model did not answer. Trying again…',
    restarting: 'The server was restarted. Beginning this answer again…',
    continuing: 'The server was restarted. Going on where it stopped…',
    began: (agentName: string) => `${agentName} is answering.`,
    ended: (agentName: string) => `${agentName} has answered.`,
    failed: 'Something went wrong.',
    cancelled: 'You stopped this answer.',
    interrupted: 'This answer was cut short.',
    tooLong: 'This answer reached its length limit. Ask it to go on.',
    filtered: 'The model’s provider ended this answer with a filter.',
    empty: 'The model gave an empty answer.',
  },
  content: {
    code: (language: string) => (language ? `Code, ${language}` : 'Code'),
    /** Of a block of code that names no language. */
    plain: 'text',
    table: 'Table',
    image: 'Image',
  },
  connection: {
    name: 'Connection',
    connecting: 'Connecting…',
    connected: 'Connected',
    offline: 'Offline…',
    nextTry: (seconds: string) => `next try in ${seconds} s`,
    retry: 'Try now',
  },
  /** Where users have a login of their own. */
  signIn: {
    nobody: 'Sign in to chat.',
    ended: 'Your sign-in has ended. Sign in again to go on.',
    other: 'Somebody else has signed in. Reload the page to go on as them.',
    link: 'Sign in',
  },
  empty: {
    text: 'Ask something. The answer goes on when you leave, and is here when you come back.',
    suggestions: 'Suggestions',
    examples: [
      'Explain how WebSockets differ from HTTP, with a table',
      'Write a function that retries with backoff, and test it',
      'Plan three quiet days in Lisbon',
      'Help me say no to a meeting, kindly',
    ],
  },
  simulated: {
    badge: 'Simulated answers',
    title: 'No model is connected.',
    text: 'A built-in simulator answers, so that you can try everything else. For real answers, set a key and start again:',
    /** Parts of one sentence, around the name of a setting. */
    orBefore: 'Or point ',
    orAfter: ' at any server that speaks chat completions.',
  },
  models: {
    button: (model: string) => `Model: ${model}`,
    choose: 'Choose a model',
    search: 'Search models',
    list: 'Models',
    none: 'No model of this name.',
    inUse: ', in use',
    notChanged: 'The model was not changed.',
  },
  theme: {
    name: 'Theme',
    light: 'Light',
    dark: 'Dark',
    system: 'System',
  },
  commands: {
    needSession: 'Commands need a conversation. Send a message first.',
    nothingRuns: 'No answer is running.',
    onItsWay: 'A new answer is on its way already.',
    noQuestion: 'There is no question to answer again.',
    exported: (filename: string) => `Saved as ${filename}.`,
    /** The menu of what can be typed, and what each does. */
    menu: 'Commands',
    hints: {
      cancel: 'Stop the running answer',
      clear: 'Start afresh: what came before is no longer sent to the model',
      model: 'Answer with another model from now on',
      regenerate: 'Answer the last question again',
      export: 'Save this conversation as a file',
      help: 'Show what can be typed here',
      markdown: 'A text to read',
      json: 'All of it, for programs',
    },
    failed: 'That did not work.',
  },
  broken: {
    title: 'The page broke.',
    text: 'Your conversations are safe: they are not kept here.',
    again: 'Show it again',
  },
  missing: {
    title: 'There is nothing here.',
    text: 'The address may be mistyped.',
    link: 'Begin a new chat',
  },
  /** By the code of an error or the reason of a refusal. What is not here is said as it came. */
  errors: {
    UPSTREAM_AUTH:
      'The model service did not accept the API key. The operator should check OPENROUTER_API_KEY.',
    UPSTREAM_PAYMENT:
      'The account at the model service has run out of credit. The operator should add credit, then ask again.',
    UPSTREAM_RATE_LIMITED:
      'The model is getting too many requests right now. Wait a moment, then ask again.',
    BUDGET_SPENT: 'The budget of this day is used up. Ask again after midnight, UTC.',
    UPSTREAM_TIMEOUT: 'The model took too long to answer. Ask again.',
    UPSTREAM_UNAVAILABLE: 'The model service cannot be reached or is down. Ask again in a moment.',
    UPSTREAM_TRUNCATED:
      'The connection to the model broke before the answer was complete. Ask again.',
    UPSTREAM_REJECTED:
      'The model service refused the request. The operator should check MODEL and OPENROUTER_BASE_URL; another model may work.',
    CONTEXT_TOO_LONG:
      'The conversation is too long for this model. Use /clear, shorten the message, or choose another model.',
    CONTENT_FILTERED:
      'The model service declined this message on content grounds. Put it differently.',
    INTERNAL: 'Something went wrong on our side. Ask again.',
    NO_TOKEN: 'A token is needed.',
    BAD_TOKEN: 'The token is not valid.',
    TOKEN_EXPIRED: 'The token has expired.',
    SESSION_NOT_FOUND: 'There is no such chat here.',
    MESSAGE_NOT_FOUND: 'There is no such message.',
    ID_CONFLICT: 'This id was used for something else.',
    RATE_LIMITED: 'Too many requests. Try again in a moment.',
    QUEUE_FULL: 'Too many messages wait in this chat. Wait for an answer, then send again.',
    AUTH_UNAVAILABLE: 'The sign-in cannot be checked right now. Try again in a moment.',
    STORE_UNAVAILABLE: 'The server cannot save right now. Try again in a moment.',
    DRAINING: 'The server is restarting. Try again in a moment.',
    CONNECTION_LOST: 'The connection was lost.',
    TIMED_OUT: 'The server did not answer in time.',
    TOKEN_FAILED: 'Signing in failed.',
    CLOSED: 'The page has closed its connection.',
    WITHDRAWN: 'The message was withdrawn.',
  },
}

/** What a language has to say: the same keys, with functions of the same values. */
export type Dictionary = typeof en
export default en
