/** Inside a stand-in utility process: `process.parentPort`. Electron's ends with its parent; so does this. */
import { EventEmitter } from 'node:events'

const send = process.send.bind(process)
const port = new EventEmitter()
port.postMessage = (message) => void send(message, () => undefined)
process.on('message', (data) => port.emit('message', { data, ports: [] }))
process.on('disconnect', () => process.exit(0))
process.parentPort = port
process.send = undefined
