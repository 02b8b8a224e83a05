/** @file The rooms a command needs, made on first use and closed together. */
import { composeRooms } from '../core/compose'
import type { Rooms } from '../core/compose'
import { appPlaces } from '../shell/app-places'
import type { AppPlaces } from '../shell/app-places'
import { forkHostsFrom } from '../shell/hosts/fork-host'
import type { SpawnHost } from '../core/ports'

export interface CliRooms {
  readonly places: AppPlaces
  rooms(): Rooms
  close(): Promise<void>
}

/** `spawnHost` is given by tests that run from the source. */
export function createCliRooms(spawnHost?: SpawnHost, places: AppPlaces = appPlaces()): CliRooms {
  let made: Rooms | null = null
  return {
    places,
    rooms: () => (made ??= composeRooms({ ...places, spawnHost: spawnHost ?? forkHostsFrom(places.mainDir) })),
    close: async () => {
      await made?.close()
      made = null
    }
  }
}
