{{- define "bus.labels" -}}
app.kubernetes.io/part-of: {{ .Values.product }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* A storage class cannot be changed, so its settings are in its name. */}}
{{- define "bus.storageClass" -}}
event-bus-{{ .Values.storage.type }}-{{ .Values.storage.reclaim | lower }}
{{- end }}

{{- define "bus.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ .Values.user | int }}
runAsGroup: {{ .Values.user | int }}
fsGroup: {{ .Values.user | int }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "bus.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{/* Pods of one StatefulSet over zones: (dict "root" $ "app" name "count" replicas). */}}
{{- define "bus.spread" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: topology.kubernetes.io/zone
    whenUnsatisfiable: {{ le (int .count) (int .root.Values.zones) | ternary "DoNotSchedule" "ScheduleAnyway" }}
    labelSelector:
      matchLabels:
        app: {{ .app }}
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: DoNotSchedule
    labelSelector:
      matchLabels:
        app: {{ .app }}
{{- end }}

{{/* Each name server by a name without hyphens: RocketMQ takes a peer's address apart at the first one. */}}
{{- define "bus.nameServers" -}}
{{- $port := .port -}}
{{- $addresses := list -}}
{{- range $index := until (int .count) }}{{ $addresses = append $addresses (printf "names%d:%d" $index (int $port)) }}{{ end -}}
{{- join ";" $addresses -}}
{{- end }}

{{/*
One Java process, which is process 1 and so hears that it is to stop: (dict "home" "main" "log" "options" "arguments").
The image's own scripts ask for eight gigabytes and stay between the process and its signals.
*/}}
{{- define "bus.java" -}}
exec "$JAVA_HOME/bin/java" -Duser.home={{ .home }} -XX:+UseG1GC -XX:+ExitOnOutOfMemoryError
{{- " " }}{{ join " " .options }} -cp "$ROCKETMQ_HOME/conf:$ROCKETMQ_HOME/lib/*"
{{- " " }}-Drmq.logback.configurationFile="$ROCKETMQ_HOME/conf/rmq.{{ .log }}.logback.xml" {{ .main }} {{ .arguments }}
{{- end }}

{{- define "bus.tls" -}}
-Dtls.server.mode={{ eq .Values.tls "required" | ternary "enforcing" "permissive" }}
{{- " " }}-Dtls.enable={{ eq .Values.tls "required" }} -Dtls.config.file=/etc/rocketmq/tls/tls.properties
{{- end }}

{{- define "bus.tlsVolumes" -}}
- name: tls
  configMap: {name: tls, defaultMode: 0444}
- name: certificate
  secret: {secretName: certificate, defaultMode: 0440}
{{- end }}

{{- define "bus.tlsMounts" -}}
- {name: tls, mountPath: /etc/rocketmq/tls, readOnly: true}
- {name: certificate, mountPath: /etc/rocketmq/certificate, readOnly: true}
{{- end }}

{{/* RocketMQ writes its log to a file; this joins it to the pod's own. */}}
{{- define "bus.logReader" -}}
- name: log
  image: {{ .root.Values.shellImage }}
  restartPolicy: Always
  command: [tail, -n, "+1", -F, /data/logs/rocketmqlogs/{{ .file }}]
  resources:
    requests: {cpu: 10m, memory: 16Mi}
    limits: {memory: 32Mi}
  securityContext:
    {{- include "bus.containerSecurity" .root | nindent 4 }}
  volumeMounts:
    - {name: logs, mountPath: /data/logs, readOnly: true}
{{- end }}
