/** @file The room of model servers, and the models of this computer and of servers as one service. */
import { AppError } from '../../src-shared/errors'
import type { EndpointInfo } from '../../src-shared/ipc/contract'
import type { EndpointRoom, InferenceService, MediaService } from '../core/ports'
import { hostsOf, isAllowed, parseEndpoint } from './config'
import type { Endpoint } from './config'
import { createEndpointList } from './list'
import { createEndpointService } from './service'
import type { EndpointServiceOptions } from './service'

export interface EndpointRoomOptions extends Partial<Omit<EndpointServiceOptions, 'list' | 'media'>> {
  readonly dataDir: string
  readonly media: Pick<MediaService, 'forSending'>
  /** The models of this computer. */
  readonly local: InferenceService
  readonly onBroken?: (message: string) => void
}

const infoOf = (endpoint: Endpoint): EndpointInfo => {
  const { id, name, baseUrls, model, dialect, space, keyVariable } = endpoint
  const hosts = hostsOf(endpoint).map((host) => ({ host, isAllowed: endpoint.allowedHosts.includes(host) }))
  return { id, name, baseUrls, model, dialect, space, keyVariable, hosts, isAllowed: isAllowed(endpoint) }
}

/** `inference` answers for both; a name is one or the other, never both. */
export function createEndpointRoom(options: EndpointRoomOptions): {
  readonly endpoints: EndpointRoom
  readonly inference: InferenceService
} {
  const { dataDir, local, onBroken = () => undefined } = options
  const list = createEndpointList(dataDir, onBroken)
  const service = createEndpointService({ ...options, list: () => list.all() })

  const endpoints: EndpointRoom = {
    list: async () => (await list.all()).map(infoOf),
    async put(draft) {
      const { id } = parseEndpoint(draft)
      const models = await local.listModels()
      if (models.some((model) => model.id === id)) {
        throw new AppError('endpoint/name-taken', `${id} is the name of a model of this computer.`, {
          nextStep: 'Choose another name for the server.',
          data: { id }
        })
      }
      // Consent is given by `allow` alone, for hosts that were shown; what stays the same keeps it, and so do its limits.
      const known = (await list.all()).find((endpoint) => endpoint.id === id)
      return infoOf(await list.put({ ...known, ...draft, allowedHosts: known?.allowedHosts ?? [] }))
    },
    allow: async (id, hosts) => infoOf(await list.allow(id, hosts)),
    remove: (id) => list.remove(id),
    check: (id) => service.check(id),
    complete: (id, messages, signal) => service.complete(id, messages, signal)
  }

  const inference: InferenceService = {
    ...local,
    listModels: async () => [...(await local.listModels()), ...(await service.models())],
    async ask(request, observer) {
      return (await service.has(request.modelId)) ? service.ask(request, observer) : local.ask(request, observer)
    },
    cancel: async (requestId) => service.cancel(requestId) || local.cancel(requestId),
    async close() {
      service.close()
      await local.close()
    }
  }
  return { endpoints, inference }
}
