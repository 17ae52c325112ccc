{{/* What must answer before the process starts, and the containers that read its log files for the pod's own log. */}}
{{- define "workload.initContainers" -}}
{{- $service := . }}
{{- with .waitForDatabase }}
- name: wait-for-database
  image: {{ .image }}
  # Five attempts, each of five seconds and five seconds apart; then the container is restarted.
  command:
    - sh
    - -c
    - for try in 1 2 3 4 5; do pg_isready -t 5 && exit 0; sleep 5; done; exit 1
  env:
    - {name: PGHOST, value: {{ .host | quote }}}
    - {name: PGPORT, value: {{ .port | toString | quote }}}
    - {name: PGUSER, value: {{ .role | quote }}}
    - {name: PGDATABASE, value: {{ .database | quote }}}
    - {name: PGSSLMODE, value: require}
  resources:
    requests: {cpu: 25m, memory: 32Mi}
    limits: {cpu: 25m, memory: 32Mi}
  securityContext:
    {{- include "workload.containerSecurity" true | nindent 4 }}
{{- end }}
{{- with .logFiles }}
{{- $image := .image }}
{{- range $name, $path := .paths }}
# Starts before the process and ends after it, so that no line is lost.
- name: log-{{ $name }}
  image: {{ $image }}
  restartPolicy: Always
  command: [tail, -n, "+1", -F, {{ $path }}]
  resources:
    requests: {cpu: 25m, memory: 32Mi}
    limits: {cpu: 25m, memory: 32Mi}
  securityContext:
    {{- include "workload.containerSecurity" true | nindent 4 }}
  volumeMounts:
    {{- include "workload.writableMounts" $service | trim | nindent 4 }}
{{- end }}
{{- end }}
{{- include "workload.sidecars" $service }}
{{- end }}

{{/* Affinity of a pod: (dict "app" name "placement" placement). */}}
{{- define "workload.affinity" -}}
{{- $placement := .placement | default dict }}
{{- if or (eq ($placement.nodes | default "preferred") "required") $placement.near .pool -}}
affinity:
  {{- with .pool }}
  # Nodes of the product's own; their taint keeps all other pods away.
  nodeAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      nodeSelectorTerms:
        - matchExpressions:
            - {key: groundwork.io/pool, operator: In, values: [{{ . }}]}
  {{- end }}
  {{- if eq ($placement.nodes | default "preferred") "required" }}
  podAntiAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      - topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels:
            app: {{ .app }}
        matchLabelKeys: [pod-template-hash]
  {{- end }}
  {{- with $placement.near }}
  podAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              app: {{ . }}
  {{- end }}
{{- end }}
{{- end }}
