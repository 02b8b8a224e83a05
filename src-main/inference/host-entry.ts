/**
 * @file Entry of the inference host: Electron's utilityProcess or a forked Node process. Holds no
 * project, no keys and no network (G4).
 */
import { openHostChannel } from '../media/host-channel'
import { createHost } from './host'

const channel = openHostChannel()
channel.onMessage(createHost((reply) => channel.post(reply)))
