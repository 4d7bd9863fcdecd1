// What of dash.js is used.

type Listener = (event: Record<string, unknown>) => void;

export interface EventBus {
  on: (type: string, listener: Listener, scope: unknown) => void;
  trigger: (type: string, payload: object, filters?: object) => void;
}

interface Singleton {
  getInstance: () => Record<string, (...values: unknown[]) => unknown>;
}

export interface Settings {
  streaming: {
    buffer: Record<
      | "bufferTimeDefault"
      | "bufferTimeAtTopQuality"
      | "bufferTimeAtTopQualityLongForm"
      | "longFormContentDurationThreshold"
      | "stallThreshold",
      number
    >;
    scheduling: { defaultTimeout: number };
  };
}

export interface DashLibrary {
  FactoryMaker: {
    getSingletonFactoryByName: (name: string) => (context: object) => Singleton;
    getSingletonInstance: (context: object, name: string) => unknown;
    deleteSingletonInstances: (context: object) => void;
  };
  MediaPlayer: {
    (): { create: () => { getSettings: () => Settings } };
    events: Record<string, string>;
  };
}

export interface Representation {
  id: string;
  absoluteIndex: number;
  bandwidth: number;
  bitrateInKbit: number;
  [key: string]: unknown;
}
